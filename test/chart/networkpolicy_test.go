package chart

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
)

func TestTheNetworkPolicyOpensThePortsThatOthersCall(t *testing.T) {
	policy := only[*networkingv1.NetworkPolicy](t, render(t, "networkPolicy: {metricsFrom: [{namespaceSelector: {}}]}")).Spec
	if diff := cmp.Diff([]networkingv1.PolicyType{networkingv1.PolicyTypeIngress}, policy.PolicyTypes); diff != "" {
		t.Errorf("egress is restricted although nothing asked for it: %s", diff)
	}
	open := func(names ...string) (ports []networkingv1.NetworkPolicyPort) {
		for _, name := range names {
			ports = append(ports, networkingv1.NetworkPolicyPort{Port: ptr.To(intstr.FromString(name))})
		}
		return ports
	}
	want := []networkingv1.NetworkPolicyIngressRule{
		{Ports: open("webhook", "health")},
		{Ports: open("metrics"), From: []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{}}}},
	}
	if diff := cmp.Diff(want, policy.Ingress); diff != "" {
		t.Error(diff)
	}
}

func TestRestrictedEgressReachesDNSTheAPIServerAndKestra(t *testing.T) {
	for name, test := range map[string]struct {
		values string
		kestra []int32
	}{
		"the URL's port":         {"networkPolicy: {egress: {restrict: true}}\nconfiguration: {kestra: {url: 'http://k:1234/path'}}", []int32{1234}},
		"the port of http":       {"networkPolicy: {egress: {restrict: true}}\nconfiguration: {kestra: {url: 'http://k'}}", []int32{80}},
		"the port of https":      {"networkPolicy: {egress: {restrict: true}}\nconfiguration: {kestra: {url: 'https://k'}}", []int32{443}},
		"ports of Kestra's pods": {"networkPolicy: {egress: {restrict: true, kestraPorts: [8080, 8443]}}", []int32{8080, 8443}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := only[*networkingv1.NetworkPolicy](t, render(t, test.values)).Spec
			var got [][]int32
			for _, rule := range policy.Egress {
				var ports []int32
				for _, port := range rule.Ports {
					ports = append(ports, port.Port.IntVal)
				}
				got = append(got, ports)
			}
			if diff := cmp.Diff([][]int32{{53, 53}, {443, 6443}, test.kestra}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
