#!/bin/sh
# Stands first in the PATH as `java` while kazoo's own harness runs: the harness starts Apache's main class
# with a zoo.cfg, and gets a server of ours with the same file. What Apache takes from the JVM's properties
# stands in the file here. TABKEEPER_NODE and TABKEEPER_PROGRAM say what is started.
for config; do :; done
for word; do
  case "$word" in
    -Dzookeeper.log.dir=* | -Dzookeeper.root.logger=*) ;;
    -Dzookeeper.*=*) printf '%s\n' "${word#-Dzookeeper.}" >> "$config" ;;
    -Dreadonlymode.enabled=* | -Djava.security.auth.login.config=*)
      printf '%s\n' "${word#-D}" >> "$config"
      ;;
  esac
done
exec "$TABKEEPER_NODE" "$TABKEEPER_PROGRAM" server "$config"
