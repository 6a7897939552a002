#!/usr/bin/env bash
# Packs a program as contrib/action/install.sh expects a release.
#
#   pack.sh PROGRAM VERSION TARGET FOLDER    one archive, into FOLDER
#   pack.sh --sums FOLDER                    the checksums of all archives there
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if [ "$1" = --sums ]; then
    cd "$2"
    if command -v sha256sum > /dev/null; then
        sha256sum dfa-report-*.tar.gz
    else
        shasum -a 256 dfa-report-*.tar.gz
    fi > SHA256SUMS
    exit 0
fi

program=$1 version=$2 target=$3 folder=$4
# The tag and Cargo.toml must agree: the version that is asked for is the one that is run.
if [ "$("$program" --version)" != "dfa-report $version" ]; then
    printf 'error: the program is %s, not %s\n' "$("$program" --version)" "$version" >&2
    exit 1
fi
name=dfa-report-$version-$target
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$folder" "$scratch/$name"
cp "$program" "$scratch/$name/dfa-report"
cp "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$root/CHANGELOG.md" "$scratch/$name/"
tar --create --gzip --file "$folder/$name.tar.gz" --directory "$scratch" "$name"
