#!/bin/sh
# Runs MariaDB or MySQL as the public images do: what follows are server arguments,
# MARIADB_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD is the password of root from any host.
set -eu

data=/var/lib/mysql
template=/usr/share/precheck/data # made with the image, so that a start takes a copy only
run=/run/mysqld

# initialise DIR [ARGUMENT]...: makes a data directory.
initialise() {
    dir=$1
    shift
    case $PRODUCT in
    mariadb)
        mariadb-install-db --no-defaults --user=mysql --datadir="$dir" --auth-root-authentication-method=normal \
            --force --skip-test-db --innodb-log-file-size=8M "$@" ;;
    mysql)
        mysqld --no-defaults --user=mysql --datadir="$dir" --initialize-insecure --innodb-redo-log-capacity=8M "$@" ;;
    esac
}

if [ "${1:-}" = install ]; then
    busybox --install -s /usr/bin
    echo 'root:x:0:0:root:/:/bin/sh
mysql:x:999:999::/var/lib/mysql:/bin/false' >/etc/passwd
    echo 'root:x:0:
mysql:x:999:' >/etc/group
    mkdir -p -m 1777 /tmp
    mkdir -p "$run" "$data" "$template"
    chown mysql: "$run" "$data" "$template"
    initialise "$template"
    exit
fi

if [ -z "$(ls -A "$data")" ]; then
    chown mysql: "$data" # it may be a volume
    case " $* " in
    *[-_]case[-_]table[-_]names=* | *--innodb[-_]page[-_]size=*) # settled for good when the data directory is made
        initialise "$data" "$@" >&2 ;;
    *)
        cp -a "$template/." "$data"
        rm -f "$data/auto.cnf" ;; # MySQL's UUID: each server gets its own
    esac
fi

password=$(echo "${MARIADB_ROOT_PASSWORD:-${MYSQL_ROOT_PASSWORD:-}}" | sed "s/['\\\\]/\\\\&/g")
cat >"$run/init.sql" <<SQL
CREATE USER IF NOT EXISTS root@'%';
ALTER USER root@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION;
ALTER USER root@localhost IDENTIFIED BY '$password';
DROP USER IF EXISTS root@'127.0.0.1', root@'::1';
SQL

set -- --user=mysql --datadir="$data" --socket="$run/mysqld.sock" --pid-file="$run/mysqld.pid" \
    --secure-file-priv= --skip-name-resolve --init-file="$run/init.sql" "$@"
case $PRODUCT in
mariadb) exec mariadbd --no-defaults "$@" ;;
mysql) exec mysqld --no-defaults --mysqlx=OFF "$@" ;;
esac
