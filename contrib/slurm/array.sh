#!/bin/bash
# One part of a repository's experiments a task, as a Slurm job array:
#
#     sbatch --array=1-8 contrib/slurm/array.sh [options of `dfa-report build`]
#
# README.md beside this file has the rest. What is said here after #SBATCH can be said on the command
# line of sbatch as well, where it wins.
#SBATCH --job-name=dfa-report
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --time=04:00:00
#SBATCH --output=dfa-report-%A_%a.log
# A task that is preempted, or whose node fails, starts again; what it had finished is in the store.
#SBATCH --requeue
set -euo pipefail

if [ "${SLURM_ARRAY_TASK_MIN:-}" != 1 ] ||
    [ "$SLURM_ARRAY_TASK_MAX" != "$SLURM_ARRAY_TASK_COUNT" ]; then
    echo "error: the array is not 1-N, so that the parts would not be all" >&2
    echo "  = hint: submit all of it with \`sbatch --array=1-N\`, also after some tasks failed:" \
        "what is in the store is not computed again" >&2
    exit 2
fi
# Exec, so that signals reach the program.
exec "${DFA_REPORT:-dfa-report}" build \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
    --jobs "${SLURM_CPUS_PER_TASK:-1}" \
    "$@"
