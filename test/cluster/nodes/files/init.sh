# The first process of a node, in namespaces of its own. What it starts ends with
# it. Its argument is the node's folder.
set -eu
dir=$1

# The line comes when the network and the configuration are there; should
# the owner die before that, the input ends and so does this.
read -r name address

# Nothing that is mounted here may show outside; within, kubelet's volumes must
# reach the containers.
mount --make-rprivate /
mount --make-rshared /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
for state in containerd kubelet; do
	mkdir -p "$dir/$state" "/var/lib/$state"
	mount --bind "$dir/$state" "/var/lib/$state"
done
mkdir "$dir/log"
mount --bind "$dir/log" /var/log

echo 1 >/proc/sys/net/ipv4/ip_forward

# keep NAME COMMAND... runs a process for ever, as a service manager would.
keep() {
	log=$dir/$1.log
	shift
	while :; do
		"$@" >>"$log" 2>&1 || true
		sleep 1
	done
}

keep containerd containerd --config "$dir/containerd.toml" &
# kubelet gives up at once when there is nobody to talk to.
until [ -S /run/containerd/containerd.sock ]; do
	sleep 0.1
done
keep kubelet "$dir/bin/kubelet" --config "$dir/kubelet.yaml" --kubeconfig "$dir/kubelet.kubeconfig" \
	--hostname-override "$name" --node-ip "$address" &
keep kube-proxy "$dir/bin/kube-proxy" --config "$dir/kube-proxy.yaml" &
wait
