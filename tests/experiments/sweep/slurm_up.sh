#!/bin/bash
# A Slurm of one node on loopback, as whoever calls it; nothing outside the folder is written.
# usage: slurm_up.sh FOLDER CONTROL_PORT NODE_PORT
# stop it: scontrol shutdown; kill $(cat FOLDER/munged.pid)
set -eu
D=$(realpath -m "$1"); mkdir -p "$D"/{state,spool,log}; chmod 700 "$D"; PATH=$PATH:/usr/sbin
export SLURM_CONF=$D/slurm.conf
(umask 077; head -c 1024 /dev/urandom > "$D/munge.key")
munged --force --key-file="$D/munge.key" --socket="$D/munge.socket" --pid-file="$D/munged.pid" \
       --log-file="$D/log/munged.log" --seed-file="$D/munge.seed" >/dev/null 2>&1
cat > "$SLURM_CONF" <<C
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort=$2
SlurmdPort=$3
AuthType=auth/munge
AuthInfo=socket=$D/munge.socket
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/slurmctld.pid
SlurmdPidFile=$D/slurmd.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=2,bf_interval=2
MpiDefault=none
ReturnToService=2
KillWait=3
NodeName=localhost NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(awk '/MemTotal/{print int($2/1024*0.8)}' /proc/meminfo) State=UNKNOWN
PartitionName=debug Nodes=localhost Default=YES MaxTime=INFINITE State=UP
C
slurmctld -c >/dev/null 2>&1; slurmd -N localhost >/dev/null 2>&1
for _ in $(seq 100); do sinfo -h -o %t 2>/dev/null | grep -q idle && exit 0; sleep 0.2; done
echo "Slurm did not come up:" >&2; tail -5 "$D"/log/*.log >&2; exit 1
