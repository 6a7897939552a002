#!/usr/bin/env bash
# A results store in a bucket of S3: two parts and a build that renders, objects that are damaged, a
# server that is gone. The server is moto's, on this machine; it is stopped at the end.
#
#     tests/opt-in/s3.sh                     # needs python3 with venv, and PyPI for the first run
#     DFA_REPORT=path/to/dfa-report tests/opt-in/s3.sh       # built with --features cloud
set -euo pipefail
# shellcheck source=tests/opt-in/repository.sh
source "$(dirname "${BASH_SOURCE[0]}")/repository.sh"

work=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2> /dev/null || true
        wait "$server" 2> /dev/null || true
    fi
    server=
}
finish() {
    stop
    if [ "${passed:-}" = 1 ]; then
        rm -rf "$work"
    else
        echo "what was written is in $work"
    fi
}
trap finish EXIT

python=${DFA_PYTHON:-}
if [ -z "$python" ]; then
    step install moto
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet 'moto[server]==5.2.5' boto3
    python=$work/venv/bin/python
fi
if [ -z "${DFA_REPORT:-}" ]; then
    step cargo build --features cloud
    cargo build --locked --features cloud --manifest-path "$root/Cargo.toml"
    DFA_REPORT=${CARGO_TARGET_DIR:-$root/target}/debug/dfa-report
fi
DFA_REPORT=$(realpath "$DFA_REPORT")
unset DFA_STORE

step start a server of S3
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ALLOW_HTTP=true
"$python" -m moto.server --host 127.0.0.1 --port "$port" > "$work/moto.log" 2>&1 &
server=$!
bucket() {
    "$python" - "$@" << 'PYTHON'
"""Does one thing with the bucket `results`: make, list, damage (an object's last byte), cut."""
import os, sys, boto3
s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name="us-east-1")
what = sys.argv[1]
def objects():
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="results", Prefix="team/")
    return sorted(o["Key"] for page in pages for o in page.get("Contents", []))
if what == "make":
    s3.create_bucket(Bucket="results")
elif what == "list":
    print("\n".join(objects()))
else:
    keys = [key for key in objects() if "/result/" in key]
    key = keys[0 if what == "damage" else 1]
    body = s3.get_object(Bucket="results", Key=key)["Body"].read()
    body = body[:-1] + bytes([body[-1] ^ 1]) if what == "damage" else body[: len(body) // 2]
    s3.put_object(Bucket="results", Key=key, Body=body)
    print(key)
PYTHON
}
for ((tries = 0; tries < 100; tries++)); do
    bucket make > /dev/null 2>&1 && break
    sleep 0.3
done
bucket list > /dev/null || failed "the server does not answer: $(cat "$work/moto.log")"

store=s3://results/team
small_repository "$work/alone"
small_repository "$work/one"
small_repository "$work/two"
small_repository "$work/render"

step a build on one machine, with its own store
(cd "$work/alone" && "$DFA_REPORT" build --jobs 1)

step two parts at the same time, in folders of their own
(cd "$work/one" && "$DFA_REPORT" build --shard 1/2 --jobs 1 --store $store) &
one=$!
(cd "$work/two" && "$DFA_REPORT" build --shard 2/2 --jobs 1 --store $store) &
two=$!
wait $one
wait $two
count() { bucket list | grep -c '/result/' || true; }
[ "$(count)" = 12 ] || failed "the bucket has $(count) of 12 results"
[ ! -e "$work/one/.dfa/results" ] || failed "a part kept something beside the bucket"

step render
cd "$work/render"
export DFA_STORE=$store
"$DFA_REPORT" build --jobs 2 2> "$work/told"
[ ! -s "$work/told" ] || failed "$(cat "$work/told")"
same_sites "$work/alone/site" site
"$DFA_REPORT" store size
"$DFA_REPORT" store verify

step damaged objects are told, computed again and replaced
bucket damage
bucket cut
status=0
"$DFA_REPORT" store verify || status=$?
[ $status = 1 ] || failed "verify ended with $status"
rm -r site
"$DFA_REPORT" build --jobs 2 2> "$work/told"
cat "$work/told"
[ "$(grep -c '^warning: an entry of the results store is damaged' "$work/told")" = 2 ] ||
    failed "it was not told"
same_sites "$work/alone/site" site
"$DFA_REPORT" store verify

step old entries go
"$DFA_REPORT" store prune --older-than 1d
[ "$(count)" = 12 ] || failed "they are not old"
"$DFA_REPORT" store prune --older-than 0m --dry-run | tail -n 1
"$DFA_REPORT" store prune --older-than 0m
[ "$(count)" = 0 ] || failed "$(count) are left"

step places that are no store
for place in s3://absent/team s4://results; do
    status=0
    DFA_STORE=$place "$DFA_REPORT" build 2> "$work/told" || status=$?
    cat "$work/told"
    [ $status = 2 ] || failed "ended with $status"
    grep -q -- '--> DFA_STORE' "$work/told" || failed "it is not said where"
done
stop
status=0
SECONDS=0
"$DFA_REPORT" build 2> "$work/told" || status=$?
cat "$work/told"
[ $status = 2 ] || failed "ended with $status"
# What waits for an answer that never comes is of no use.
[ $SECONDS -lt 60 ] || failed "that took $SECONDS s"
echo "a server that is gone is told after $SECONDS s"

passed=1
printf '\npassed: two parts in a bucket and one machine give the same site\n'
