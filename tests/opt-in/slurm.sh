#!/usr/bin/env bash
# A job array of Slurm computes a repository in three parts, one of which is killed on the way; then
# one build renders what a single machine renders. Everything that is started here is stopped.
#
#     sudo tests/opt-in/slurm.sh             # Debian or Ubuntu; installs slurm-wlm and munge if absent
#     DFA_REPORT=path/to/dfa-report tests/opt-in/slurm.sh
#
# Configures one node with its own keys, ports and folders in a temporary folder; nothing of a
# Slurm that the machine has already is touched.
set -euo pipefail
# shellcheck source=tests/opt-in/repository.sh
source "$(dirname "${BASH_SOURCE[0]}")/repository.sh"

[ "$(id -u)" = 0 ] || failed "needs root: slurmd starts jobs of users"

work=$(mktemp -d)
started=()
stop() {
    # In the reverse order; slurmctld and slurmd write down their state.
    for ((at = ${#started[@]} - 1; at >= 0; at--)); do
        kill "${started[at]}" 2> /dev/null || true
        wait "${started[at]}" 2> /dev/null || true
    done
    if [ "${passed:-}" = 1 ]; then
        rm -rf "$work"
    else
        echo "what was written is in $work"
    fi
}
trap stop EXIT

if ! command -v slurmctld slurmd munged > /dev/null; then
    step install slurm-wlm and munge
    # No service is started by their packages: the ones of this script have a folder of their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod +x "$policy"
        trap 'rm -f "$policy"; stop' EXIT
    fi
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install --yes --no-install-recommends slurm-wlm munge > "$work/install.log"
fi

if [ -z "${DFA_REPORT:-}" ]; then
    step cargo build
    cargo build --locked --manifest-path "$root/Cargo.toml"
    DFA_REPORT=${CARGO_TARGET_DIR:-$root/target}/debug/dfa-report
fi
DFA_REPORT=$(realpath "$DFA_REPORT")
export DFA_REPORT
unset DFA_STORE

step start one node of Slurm
host=$(hostname -s)
head -c 1024 /dev/urandom > "$work/munge.key"
chmod 600 "$work/munge.key"
mkdir "$work/state" "$work/spool"
# Forced, since a folder below /tmp is one that others may write beside.
munged --force --foreground --key-file="$work/munge.key" --socket="$work/munge.socket" \
    --pid-file="$work/munged.pid" --log-file="$work/munged.log" --seed-file="$work/munge.seed" \
    > "$work/munged.out" 2>&1 &
started+=($!)
cat > "$work/slurm.conf" << CONF
ClusterName=dfa
SlurmctldHost=$host
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmctldPort=26817
SlurmdPort=26818
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
for ((tries = 0; tries < 50; tries++)); do
    [ -S "$work/munge.socket" ] && break
    sleep 0.2
done
slurmctld -D > "$work/slurmctld.out" 2>&1 &
started+=($!)
slurmd -D > "$work/slurmd.out" 2>&1 &
started+=($!)
for ((tries = 0; tries < 100; tries++)); do
    [ "$(sinfo --noheader --format=%T 2> /dev/null)" = idle ] && break
    sleep 0.3
done
sinfo
[ "$(sinfo --noheader --format=%T)" = idle ] || failed "the node is not ready"

step a build on one machine, without what the array computes
small_repository "$work/alone" 3000
(cd "$work/alone" && "$DFA_REPORT" build --jobs 1)

step a job array in three parts, the second killed on the way
small_repository "$work/cluster" 3000
cd "$work/cluster"
store=.dfa/results
submit() {
    # The memory that the script asks for is more than a small machine has.
    sbatch --parsable --array="${1:-1-3}" --cpus-per-task=1 --mem=0 --output="$work/task-%A_%a.log" \
        "$root/contrib/slurm/array.sh"
}
state() {
    scontrol show job "$1" | tr ' ' '\n' | sed -n 's/^JobState=//p' | head -n 1
}
# Waits for the end of all tasks of an array.
ended() {
    while squeue --noheader --job "$1" 2> /dev/null | grep -q .; do sleep 0.3; done
}
array=$(submit)
killed=
for ((tries = 0; tries < 600; tries++)); do
    if [ "$(state "${array}_2")" = RUNNING ]; then
        job=$(scontrol show job "${array}_2" | sed -n 's/^JobId=\([0-9]*\).*/\1/p')
        process=$(scontrol listpids "$job" 2> /dev/null | awk 'NR > 1 && $1 > 1 && !n++ {print $1}') ||
            process=
        # Not before it is the program, and computing: the batch script makes way for it by exec.
        if [ -n "$process" ] && grep -q dfa-report "/proc/$process/cmdline" 2> /dev/null &&
            grep -aq -- --shard "/proc/$process/cmdline" 2> /dev/null; then
            sleep "${DFA_KILL_AFTER:-0.5}"
            kill -KILL "$process" && killed=$process
            break
        fi
    fi
    sleep 0.05
done
[ -n "$killed" ] || failed "task 2 was over before it could be killed"
ended "$array"
states=$(for task in 1 2 3; do state "${array}_$task"; done | tr '\n' ' ')
first=$(entries "$store")
echo "process $killed killed; tasks ended as: $states; the store has $first of 12 results"
[ "$states" = "COMPLETED FAILED COMPLETED " ] || failed "not what was to be: $states"
[ "$first" -lt 12 ] || failed "the killed task had finished all of its part"

step the whole array again
before=$(find "$store" -type f -printf '%p %T@\n' | sort)
array=$(submit)
ended "$array"
for task in 1 2 3; do
    [ "$(state "${array}_$task")" = COMPLETED ] || failed "task $task: $(cat "$work/task-${array}_$task.log")"
done
[ "$(entries "$store")" = 12 ] || failed "the store has $(entries "$store") of 12 results"
after=$(find "$store" -type f -printf '%p %T@\n' | sort)
lost=$(comm -23 <(printf '%s\n' "$before" | grep /result/) <(printf '%s\n' "$after"))
[ -z "$lost" ] || failed "computed again, or lost: $lost"
echo "12 results; the $first of the first time were not written again"
[ ! -e site ] || failed "a part rendered pages"

step an array that does not have all parts is refused
array=$(submit 2-3)
ended "$array"
cat "$work/task-${array}_2.log"
[ "$(state "${array}_2")" = FAILED ] || failed "it was not refused"

step render
"$DFA_REPORT" build --jobs 1
"$DFA_REPORT" store verify
[ "$(entries "$store")" = 12 ] || failed "the build computed what was in the store"
same_sites "$work/alone/site" site

passed=1
printf '\npassed: the array on %s and one machine give the same site\n' "$(slurmctld -V)"
