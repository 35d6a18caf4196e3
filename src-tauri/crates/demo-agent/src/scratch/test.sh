#!/bin/sh
# Checks parcel.sh against the table in this folder.
cd "$(dirname "$0")" || exit 1
failed=0

check() {
    if [ "$2" = "$3" ]; then
        echo "ok    $1"
    else
        echo "FAIL  $1: wanted '$2', got '$3'"
        failed=1
    fi
}

check "status of a parcel" "in transit" "$(sh parcel.sh status P-102)"
check "list has every parcel" "4" "$(sh parcel.sh list | wc -l | tr -d ' ')"

exit "$failed"
