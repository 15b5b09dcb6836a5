#!/bin/sh
# usage: status.sh JOB - whether it is running, a success or failed; running, where Slurm is silent
case $(squeue --noheader --states=all --format=%T --jobs="$1" 2>/dev/null) in
  COMPLETED) echo success ;;
  BOOT_FAIL | CANCELLED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | TIMEOUT) echo failed ;;
  *) echo running ;;
esac
