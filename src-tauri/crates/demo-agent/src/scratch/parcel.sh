#!/bin/sh
# Follows the parcels in parcels.tsv.
set -eu

table="${PARCEL_TABLE:-$(dirname "$0")/parcels.tsv}"

list() {
    cut -f1,2,3 "$table"
}

status() {
    awk -F '\t' -v id="$1" '$1 == id { print $3 }' "$table"
}

case "${1:-help}" in
    list) list ;;
    status) status "${2:?which parcel?}" ;;
    *) echo "usage: parcel.sh COMMAND; see the case above" ;;
esac
