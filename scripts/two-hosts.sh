#!/usr/bin/env bash
# Runs a command of two ranks as on two hosts: each in a network namespace of its own, joined by a link of limited speed.
# Needs root, iproute2 and Open MPI.
#   scripts/two-hosts.sh [--gbits 1] [--delay-us 100] COMMAND ...
# Prints, behind what the command says, the bytes that went through each end of the link. The delay needs the kernel's netem;
# where that is missing there is none, which is said.
set -euo pipefail

gbits=1 delay=100
while [[ ${1:-} == --* ]]; do
  case $1 in
    --gbits) gbits=$2 ;;
    --delay-us) delay=$2 ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 1 ;;
  esac
  shift 2
done
[[ $# -gt 0 ]] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 1; }

work=$(mktemp -d)
names=(ranks-a-$$ ranks-b-$$)
cleanup() {
  for name in "${names[@]}"; do ip netns del "$name" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

for name in "${names[@]}"; do ip netns add "$name"; done
ip link add link0 netns "${names[0]}" type veth peer name link0 netns "${names[1]}"
for index in 0 1; do
  in=(ip netns exec "${names[index]}")
  "${in[@]}" ip link set lo up
  "${in[@]}" ip addr add "10.77.0.$((index + 1))/24" dev link0
  # Segments as small as the kernel lets them be, since the bucket below has to hold two of them.
  "${in[@]}" ip link set link0 up gso_max_size 16384
  if ! "${in[@]}" tc qdisc add dev link0 root netem rate "${gbits}gbit" delay "${delay}us" 2>/dev/null; then
    [[ $index -gt 0 ]] || echo "two-hosts: no netem in this kernel: the link has no delay" >&2
    "${in[@]}" tc qdisc add dev link0 root tbf rate "${gbits}gbit" burst 33kb latency 50ms
  fi
done

# mpirun starts its second half with this instead of ssh; the host is the last address that it names before the command.
cat > "$work/agent" <<AGENT
#!/bin/sh
shift
exec ip netns exec ${names[1]} sh -c "\$*"
AGENT
chmod +x "$work/agent"

bytes() { ip netns exec "${names[$1]}" cat /sys/class/net/link0/statistics/tx_bytes; }
code=0
OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 ip netns exec "${names[0]}" mpirun \
  --mca plm_rsh_agent "$work/agent" --mca btl tcp,self --mca btl_tcp_if_include link0 --mca oob_tcp_if_include link0 \
  --mca orte_keep_fqdn_hostnames 1 --bind-to none --host 10.77.0.1:1,10.77.0.2:1 -np 2 "$@" || code=$?
echo "two-hosts: bytes sent: $(bytes 0) by rank 0's end, $(bytes 1) by rank 1's" >&2
exit "$code"
