#!/usr/bin/env bash
# What a pull request does to the experiments, as Markdown for a comment.
#
#   compare.sh FOLDER
#
# Runs in the folder that holds `experiments`, of a checkout with the base commit (fetch-depth: 2).
# Asks GitHub for nothing and needs no token. Puts into FOLDER what comment.sh reads:
#
#   comment.md    the difference, or why there is none
#   pull-request  the number of the pull request
#   kind          changed, same (nothing to say) or failed
#
# PROGRAM       the program
# PULL_REQUEST  number of the pull request
# BASE_SHA      the commit that it is to be merged into
# HEAD_SHA      its own last commit
# COMMITTED     true: compare the committed results; else compute both sides with the program
# GATE          true: end with status 1 if the gate of dfa-report.yaml does not hold
# SITE          the folder of the site; the comparison with its charts goes to `diff` in it
# LINK          address at which that folder will be, if it is published
#
# Puts out `status`, with which the job should end: it is told first, and ends the job later.
set -euo pipefail

out=$1
site=${SITE:-site}
scratch=$(mktemp -d)
folder=$(git rev-parse --show-prefix)
status=0
trap 'rm -rf "$scratch"' EXIT

mkdir -p "$out"
printf '%s\n' "$PULL_REQUEST" > "$out/pull-request"

# Ends with the words that are on standard input.
say() {
    printf '%s\n' "$1" > "$out/kind"
    cat > "$out/comment.md"
    cat "$out/comment.md"
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        head -c 1000000 "$out/comment.md" >> "$GITHUB_STEP_SUMMARY"
    fi
    if [ -n "${GITHUB_OUTPUT:-}" ]; then
        printf 'status=%s\n' "$status" >> "$GITHUB_OUTPUT"
    fi
    exit 0
}

# What a command said, below a sentence: as code, since it quotes what somebody wrote.
because() {
    printf '%s\n\n' "$1"
    head -n 60 "$2" | sed 's/^/    /'
}

# The commit to compare with. GitHub checks out a merge of the pull request into its base: what that
# was merged into is the base, and shows nothing of what else happened there meanwhile.
base_commit() {
    if [ "$(git rev-parse --quiet --verify 'HEAD^2')" = "$HEAD_SHA" ]; then
        git rev-parse 'HEAD^1'
    elif git cat-file -e "$BASE_SHA^{commit}" 2> /dev/null; then
        git merge-base "$BASE_SHA" HEAD || git rev-parse "$BASE_SHA"
    else
        return 1
    fi
}

# The difference, as the program tells it: on standard output, with its exit status.
difference() {
    if [ "${COMMITTED:-}" = true ]; then
        set -- "$base" HEAD
    else
        # With the program of now on both sides, through the results that are kept.
        set -- "$base" --rebuild
    fi
    if [ "${GATE:-}" = true ]; then
        set -- "$@" --gate
    fi
    if [ -n "${LINK:-}" ]; then
        set -- "$@" --link "$LINK"
    fi
    "$PROGRAM" diff "$@" --site "$site" --out "$site/diff" --format markdown
}

# Whether a difference is none.
nothing_changed() {
    [ ! -s "$1" ] || head -n 1 "$1" | grep -q -E '^[*][*]Nothing changed( but words)?[.][*][*]'
}

if ! base=$(base_commit); then
    status=2
    say failed <<< "Not compared: the base is not in the checkout. Give actions/checkout \`fetch-depth: 2\`."
fi
if ! git cat-file -e "$base:${folder}experiments" 2> /dev/null; then
    say same <<< "The base has no experiments to compare with."
fi

if [ "${COMMITTED:-}" = true ]; then
    if ! git cat-file -e "$base:$folder$site/manifest.json" 2> /dev/null; then
        say same <<< "The base has no built site to compare with."
    fi
else
    # A site of status 1 is there, and has a finding to show.
    "$PROGRAM" build --out "$site" > "$scratch/head.txt" 2>&1 || status=$?
    if [ "$status" -gt 1 ]; then
        say failed < <(because 'The experiments cannot be built:' "$scratch/head.txt")
    fi
    cat "$scratch/head.txt"
fi

gate=0
difference > "$scratch/diff.md" 2> "$scratch/diff.txt" || gate=$?
if [ "$gate" -gt 1 ]; then
    # What cannot be compared does not pass a gate.
    if [ "${GATE:-}" = true ]; then
        status=$gate
    fi
    say failed < <(because 'Not compared:' "$scratch/diff.txt")
fi
if [ "$gate" -gt "$status" ]; then
    status=$gate
fi
if nothing_changed "$scratch/diff.md"; then
    say same <<< "No experiment changed."
fi
say changed < "$scratch/diff.md"
