#!/usr/bin/env bash
# Puts a released dfa-report into a folder, if its checksum is the one that is expected.
#
#   install.sh FOLDER
#
# DFA_BINARY     a program that is there already: it is used, and nothing is downloaded
# DFA_REPOSITORY  OWNER/NAME of the repository with the releases
# DFA_VERSION     the release, as in 1.2.3
# DFA_SHA256      checksum that the archive must have; if empty, the one that the release lists
#
# What of these is empty is said by release.sh, beside this file. Prints the path of the program and
# puts it out as `program` to the steps that follow.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1

refuse() {
    printf '::error::%s\n' "$*" >&2
    exit 1
}

done_with() {
    printf '%s\n' "$1"
    if [ -n "${GITHUB_OUTPUT:-}" ]; then
        printf 'program=%s\n' "$1" >> "$GITHUB_OUTPUT"
    fi
    exit 0
}

if [ -n "${DFA_BINARY:-}" ]; then
    [ -x "$DFA_BINARY" ] || refuse "there is no program at $DFA_BINARY"
    done_with "$(cd "$(dirname "$DFA_BINARY")" && pwd)/$(basename "$DFA_BINARY")"
fi

# shellcheck source-path=SCRIPTDIR source=release.sh
. "$here/release.sh"

[[ $DFA_REPOSITORY =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ && $DFA_REPOSITORY != OWNER/* ]] ||
    refuse "no repository is '$DFA_REPOSITORY': say in release.sh whose releases are installed"
# No "latest": figures would change under their reader from one day to the next.
[[ $DFA_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
    refuse "'$DFA_VERSION' is no version; one is three numbers, as in 1.2.3"
[[ -z ${DFA_SHA256:-} || $DFA_SHA256 =~ ^[0-9a-f]{64}$ ]] ||
    refuse "'$DFA_SHA256' is no SHA-256; one is 64 digits of 0-9 and a-f"

case "$(uname -s) $(uname -m)" in
    'Linux x86_64') target=x86_64-unknown-linux-gnu ;;
    'Darwin arm64') target=aarch64-apple-darwin ;;
    *) refuse "there is no release for $(uname -s) $(uname -m): build the program there, and say \`program\`" ;;
esac

archive=dfa-report-$DFA_VERSION-$target.tar.gz
from=${GITHUB_SERVER_URL:-https://github.com}/$DFA_REPOSITORY/releases/download/v$DFA_VERSION
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

download() {
    curl --fail --silent --show-error --location --proto-redir '=https' --retry 3 --max-time 600 \
        --output "$scratch/$1" "$from/$1" || refuse "$from/$1 cannot be downloaded"
}

checksum() {
    if command -v sha256sum > /dev/null; then
        sha256sum "$1"
    else
        shasum -a 256 "$1"
    fi | cut -d ' ' -f 1
}

expected=${DFA_SHA256:-}
if [ -z "$expected" ]; then
    download SHA256SUMS
    expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$scratch/SHA256SUMS")
    [[ $expected =~ ^[0-9a-f]{64}$ ]] || refuse "SHA256SUMS of v$DFA_VERSION does not list $archive once"
fi
download "$archive"
found=$(checksum "$scratch/$archive")
[ "$found" = "$expected" ] ||
    refuse "$archive is not what it should be: its SHA-256 is $found, expected $expected"

mkdir -p "$folder"
tar --extract --gzip --file "$scratch/$archive" --directory "$folder" --strip-components 1
done_with "$(cd "$folder" && pwd)/dfa-report"
