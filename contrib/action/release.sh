# shellcheck shell=bash
# What the action installs unless its inputs say otherwise: the release of its own version, from the
# repository that it came from. Read by install.sh.

# An action of another repository lies in .../_actions/OWNER/NAME/REF.
case "${GITHUB_ACTION_PATH:-}" in
    */_actions/*) from=${GITHUB_ACTION_PATH##*/_actions/} ;;
    *) from=${GITHUB_REPOSITORY:-} ;;
esac
DFA_REPOSITORY=${DFA_REPOSITORY:-$(printf '%s' "$from" | cut -d / -f 1,2)}
DFA_VERSION=${DFA_VERSION:-$(sed -n 's/^version = "\(.*\)"$/\1/p' "$(dirname "${BASH_SOURCE[0]}")/../../Cargo.toml" | head -n 1)}
