# Shared by the scripts beside this file: where the program is, a small repository, comparisons.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

step() {
    printf '\n==> %s\n' "$*"
}

failed() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# Puts a repository of 12 experiments on the sample's first days into a folder: 899, or as many as
# are asked for.
small_repository() {
    mkdir -p "$1/data/tiny" "$1/experiments"
    head -n "$((${2:-899} + 1))" "$root/data/sample/prices.csv" > "$1/data/tiny/prices.csv"
    local refit window
    for refit in 5 21 42 63; do
        for window in 300 400 500; do
            cat > "$1/experiments/w$window-r$refit.yaml" << SPEC
title: Windows of $window days, refitted every $refit
data: {source: tiny, target: SPY, features: [XLE, XLU, XLK]}
walk_forward: {min_train: $window, window: $window, refit_every: $refit}
models: [{kind: ridge, alphas: {count: 9}}, {kind: lasso, alphas: {count: 9}}]
SPEC
        done
    done
}

# The two sites are the same, byte for byte.
same_sites() {
    diff -r "$1" "$2" > /dev/null || failed "$1 and $2 differ: $(diff -rq "$1" "$2" | head -n 3)"
    echo "the same $(find "$1" -type f | wc -l) files, byte for byte"
}

# How many entries of results a store in a folder has.
entries() {
    find "$1" -path '*/result/*' -type f ! -name '.*' 2> /dev/null | wc -l
}
