#!/usr/bin/env bash
# Posts what compare.sh found as a comment on its pull request, or updates the one that is there.
#
#   comment.sh FOLDER
#
# This runs with a token that may write, and FOLDER comes from a run that anybody could start by a
# pull request. So its files are only data here: the number must be that of the pull request that
# the run was for, and the text is cut and posted. Nothing of the pull request is checked out or run.
#
# TOKEN            may read and write pull requests
# HEAD_SHA, HEAD_REPOSITORY, HEAD_BRANCH
#                  what the run was for, as GitHub says it
# RUN_URL          the page of the run, with the preview and the full report
# AUTHOR           whose comments are ours; github-actions[bot] by default
# GITHUB_API_URL, GITHUB_REPOSITORY
#                  as GitHub sets them
set -euo pipefail

folder=$1
marker='<!-- dfa-report -->'
# GitHub takes 65,536 characters. Bytes are counted here, which are never fewer.
limit=65536

refuse() {
    printf '::error::%s\n' "$*" >&2
    exit 1
}

# METHOD PATH [FILE]: what GitHub answers.
api() {
    local options=(--silent --show-error --fail-with-body --max-time 60 --request "$1")
    options+=(--header 'Accept: application/vnd.github+json')
    options+=(--header 'X-GitHub-Api-Version: 2022-11-28')
    if [ "$1" = GET ]; then
        options+=(--retry 3)
    fi
    if [ $# -gt 2 ]; then
        options+=(--header 'Content-Type: application/json' --data-binary "@$3")
    fi
    # The token is no argument, since those are shown to every process.
    curl --config <(printf 'header = "Authorization: Bearer %s"\n' "$TOKEN") \
        "${options[@]}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$2" ||
        refuse "GitHub refuses $1 $2"
}

# A file of the folder, if it is one and no longer than so many bytes.
plain() {
    if [ ! -f "$folder/$1" ] || [ -L "$folder/$1" ]; then
        refuse "there is no file $1"
    fi
    [ "$(wc -c < "$folder/$1")" -le "$2" ] || refuse "the file $1 is too long"
}

# Text that GitHub takes, and that calls nobody by @name.
tamed() {
    local nothing=$'\xe2\x80\x8b'
    iconv -c -f UTF-8 -t UTF-8 | LC_ALL=C tr -d '\000-\010\013-\037' |
        LC_ALL=C sed "s/@\([A-Za-z0-9]\)/@$nothing\1/g"
}

# Whole lines of standard input while they fit into so many bytes. What the cut leaves open, code
# and <details>, is closed.
shortened() {
    LC_ALL=C awk -v limit="$1" '
        { line[NR] = $0; total += length($0) + 1 }
        END {
            if (total <= limit) {
                for (i = 1; i <= NR; i++) print line[i]
                exit
            }
            for (i = 1; i <= NR; i++) {
                now = fence; deeper = open
                if (now == "" && match(line[i], /^ ? ? ?(````*|~~~~*)/)) {
                    now = substr(line[i], RSTART, RLENGTH); gsub(/ /, "", now)
                } else if (now != "" && line[i] ~ /^ ? ? ?[`~]+ *$/ && index(line[i], now)) {
                    now = ""
                } else if (now == "") {
                    text = line[i]; deeper += gsub(/<details/, "", text)
                    text = line[i]; deeper -= gsub(/<\/details>/, "", text)
                }
                # What is open has to be closed, and the cut told.
                closing = 120 + length(now) + 12 * (deeper > 0 ? deeper : 0)
                if (used + length(line[i]) + 1 + closing > limit) break
                print line[i]
                used += length(line[i]) + 1; fence = now; open = deeper
            }
            if (fence != "") print fence
            while (open-- > 0) print "\n</details>"
            printf "\n**Cut here: %d of %d lines are shown.**\n", i - 1, NR
        }'
}

if [ ! -d "$folder" ]; then
    printf 'The run has nothing to say.\n'
    exit 0
fi
plain pull-request 11
plain kind 10
plain comment.md 4000000

number=$(< "$folder/pull-request")
[[ $number =~ ^[1-9][0-9]{0,9}$ ]] || refuse "the number of the pull request is none"
kind=$(< "$folder/kind")
[[ $kind =~ ^(changed|same|failed)$ ]] || refuse "the kind of the comment is none"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Its repository and branch too: anyone can make a branch that ends in a commit of somebody else.
api GET "pulls/$number" > "$scratch/pull.json"
jq --exit-status --arg sha "$HEAD_SHA" --arg repository "$HEAD_REPOSITORY" --arg branch "$HEAD_BRANCH" \
    '.head.sha == $sha and .head.repo.full_name == $repository and .head.ref == $branch' \
    "$scratch/pull.json" > /dev/null ||
    refuse "the run was not for the last commit of pull request $number"

footer="[Preview of the site and full report]($RUN_URL#artifacts)"
room=$((limit - ${#marker} - ${#footer} - 8))
{
    printf '%s\n\n' "$marker"
    tamed < "$folder/comment.md" | shortened "$room"
    printf '\n%s\n' "$footer"
} > "$scratch/comment.md"
jq --raw-input --slurp '{ body: . }' "$scratch/comment.md" > "$scratch/comment.json"

# The first comment that is ours.
comment=
for ((page = 1; page <= 100; page++)); do
    api GET "issues/$number/comments?per_page=100&page=$page" > "$scratch/comments.json"
    comment=$(jq --raw-output --arg marker "$marker" --arg author "${AUTHOR:-github-actions[bot]}" \
        'map(select(.user.login == $author and (.body | startswith($marker)))) | .[0].id // empty' \
        "$scratch/comments.json")
    if [ -n "$comment" ] || [ "$(jq length "$scratch/comments.json")" -lt 100 ]; then
        break
    fi
done

if [ -n "$comment" ]; then
    api PATCH "issues/comments/$comment" "$scratch/comment.json" > /dev/null
    printf 'Comment %s is updated.\n' "$comment"
elif [ "$kind" = same ]; then
    printf 'There is nothing to say.\n'
else
    api POST "issues/$number/comments" "$scratch/comment.json" > /dev/null
    printf 'A comment is posted.\n'
fi
