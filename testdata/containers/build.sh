#!/usr/bin/env bash
# Makes container images of real database servers out of Debian packages, for
# machines whose Docker engine can pull no image.
#
#   build.sh [PRODUCT]...         builds precheck-mariadb:local and precheck-mysql:local, or the images of the products
#   build.sh unpack PRODUCT DIR   only unpacks the server and its libraries into DIR
#
# Products are mariadb, mysql, and mariadb-10.5 and mariadb-11.8, of other Debian releases, as precheck-mariadb:10.5 and so on.
#
# An image that this recipe has made already is kept; FORCE=1 makes it anew, with
# the packages of today. MARIADB_SUITE and MYSQL_SUITE name the Debian release to
# take a server from. The package source is the machine's own, read from apt.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
declare -A suites=([mariadb]=${MARIADB_SUITE:-bookworm} [mysql]=${MYSQL_SUITE:-unstable} [mariadb-10.5]=bullseye [mariadb-11.8]=trixie)
declare -A packages=(
    [mariadb]="mariadb-server-core mariadb-client-core" [mysql]="mysql-server-core" [mariadb-11.8]="mariadb-server-core mariadb-client-core"
    [mariadb-10.5]="mariadb-server-core-10.5 mariadb-client-core-10.5"
)

die() { echo "build.sh: $*" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

debian_source() {
    local uri
    uri=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n '/^Debian /{s///p;q}')
    [ -n "$uri" ] || die "apt knows no Debian source: run apt-get update first"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $1 main"
}

# unpack PRODUCT DIR: the server's package and all it depends on, down to libc.
# apt works on lists, cache and status of its own, so that the machine's are untouched.
unpack() {
    local product=$1 dir=$2 apt=$work/apt-$1 deb
    mkdir -p "$apt"/{lists,archives}/partial "$dir"/usr/{bin,sbin,lib,lib64}
    debian_source "${suites[$product]}" >"$apt/sources.list"
    : >"$apt/status"
    local options=(
        -q -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status"
        -o "Dir::Cache=$apt" -o "Dir::Cache::archives=$apt/archives"
        -o APT::Sandbox::User=root -o APT::Update::Post-Invoke= -o APT::Update::Post-Invoke-Success=
    )
    apt-get "${options[@]}" update >"$apt/log" 2>&1 &&
        apt-get "${options[@]}" -y --no-install-recommends --download-only install \
            ${packages[$product]} busybox-static >>"$apt/log" 2>&1 || { cat "$apt/log" >&2; die "cannot fetch $product"; }

    for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$dir/$link"; done
    for deb in "$apt"/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --keep-directory-symlink --no-same-owner \
            --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/perl*' --exclude='./usr/lib/*/perl*'
    done
    rm -rf "$apt"
}

# image PRODUCT: builds the product's image unless it is there and current.
image() {
    local product=$1 tag=precheck-${1/-/:} recipe
    [[ $tag = *:* ]] || tag+=:local
    recipe=$({ echo "${suites[$product]}"; cat "$here"/{build.sh,Dockerfile,entrypoint.sh}; } | sha256sum | cut -c1-16)
    if [ -z "${FORCE:-}" ] && [ "$(docker image inspect -f '{{index .Config.Labels "precheck.recipe"}}' "$tag" 2>/dev/null)" = "$recipe" ]; then
        version "$tag"
        return
    fi
    unpack "$product" "$work/$product/root"
    cp "$here/Dockerfile" "$here/entrypoint.sh" "$work/$product/"
    DOCKER_BUILDKIT=0 docker build -q --force-rm --network none \
        --build-arg "product=${product%%-*}" --build-arg "recipe=$recipe" -t "$tag" "$work/$product" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "cannot build $tag"; }
    rm -rf "${work:?}/$product"
    docker image prune -f --filter label=precheck.recipe >/dev/null # the one before
    version "$tag"
}

version() { echo "$1: $(docker run --rm "$1" --version | tail -n 1)"; }

if [ "${1:-}" = unpack ]; then
    [ $# -eq 3 ] && [ -n "${suites[$2]:-}" ] || die "usage: build.sh unpack PRODUCT DIR"
    unpack "$2" "$3"
    exit
fi
[ $# -gt 0 ] || set -- mariadb mysql
for product; do [ -n "${suites[$product]:-}" ] || die "no such product: $product"; done
for product; do image "$product"; done
