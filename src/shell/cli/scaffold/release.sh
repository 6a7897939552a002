# shellcheck shell=bash disable=SC2034
# The release of dfa-report that the workflows install. Read by install.sh.
DFA_REPOSITORY=${DFA_REPOSITORY:-@REPOSITORY@}
DFA_VERSION=${DFA_VERSION:-@VERSION@}
# SHA-256 of its archive for Linux, so that nothing else is ever installed. If empty, the list that
# the release itself has is believed.
DFA_SHA256=${DFA_SHA256:-}
