#!/usr/bin/env bash
# Both commands of the README on a fresh clone in an empty Debian root. Needs root and debootstrap.
#
#   tests/e2e/fresh_root.sh DIRECTORY [run|test|both]
#
# The root gets this machine's name resolution, certificates and pip configuration; nothing else.
set -euo pipefail
root=${1:?a directory for the root}
what=${2:-both}
here=$(cd "$(dirname "$0")/../.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ ! -x "$root/usr/bin/python3" ]; then
    debootstrap --variant=minbase --include=python3,git,ca-certificates bookworm "$root" "$mirror"
fi
for path in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/xdg/pip /etc/ssl/certs /etc/apt/apt.conf.d /usr/local/share/ca-certificates; do
    if [ -e "$path" ]; then
        mkdir -p "$root$(dirname "$path")"
        rm -rf "${root:?}$path"
        cp -rL "$path" "$root$path"
    fi
done
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --rbind /dev "$root/dev"
trap 'umount -l "$root/proc" "$root/dev" 2>/dev/null || true' EXIT
rm -rf "$root/root/inkstone"
git clone -q "$here" "$root/root/inkstone"

inside() {
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        LANG=C.UTF-8 PIP_CERT=/etc/ssl/certs/ca-certificates.crt PIP_DEFAULT_TIMEOUT=180 \
        bash -c "cd /root/inkstone && time $1"
}
case $what in
run | both) inside "python3 installer/bootstrap.py run" ;;&
test | both) inside "python3 installer/bootstrap.py test" ;;
setup) inside "python3 installer/bootstrap.py setup --no-models" ;;
esac
