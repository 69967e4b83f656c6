package rights

// Values that give rights.
const (
	selfManaged   = "`certificates.mode: self-managed`"
	certManager   = "`certificates.mode: cert-manager`"
	notOwn        = "another `certificates.mode` than `self-managed`"
	operatorsCRDs = "`crds.mode: operator`"
	valueFrom     = "`valueFrom.enabled: true`"
	secureMetrics = "`metrics.secure: true`, the default"
	elected       = "`leaderElection.enabled: true`, the default"
	unpinned      = "no `configuration.kestra.version`, the default"
)

const (
	flows         = "model.kestra.io/kestraflows"
	keyValues     = "model.kestra.io/kestrakeyvalues"
	files         = "model.kestra.io/kestranamespacefiles"
	leases        = "coordination.k8s.io/leases"
	events        = "events.k8s.io/events"
	leaseEvents   = "/events"
	secrets       = "/secrets"
	configMaps    = "/configmaps"
	certificates  = "cert-manager.io/certificates"
	definitions   = "apiextensions.k8s.io/customresourcedefinitions"
	validating    = "admissionregistration.k8s.io/validatingwebhookconfigurations"
	mutating      = "admissionregistration.k8s.io/mutatingwebhookconfigurations"
	tokenReviews  = "authentication.k8s.io/tokenreviews"
	accessReviews = "authorization.k8s.io/subjectaccessreviews"
)

// Table holds every right that the chart can give the operator, those of users apart.
var Table = []Purpose{
	in(Watched, flows, "list", "watch").to("Flows are kept equal to Kestra when they are created, changed or deleted.", ""),
	in(Watched, flows, "get").to("The source of a flow is read to be judged and written; caches hold none.", ""),
	in(Watched, flows, "patch").to("A flow gets the finalizer by which its deletion reaches Kestra, and loses it afterwards.", ""),
	in(Watched, flows+"/status", "patch").to("Conditions, revision and reason of a flow are told, and what was written is proven.", ""),
	in(Watched, keyValues, "list", "watch").to("Key-values are kept equal to Kestra when they are created, changed or deleted.", ""),
	in(Watched, keyValues, "get").to("The value of a key-value is read to be judged and written; caches hold none.", ""),
	in(Watched, keyValues, "patch").to("A key-value gets the finalizer by which its deletion reaches Kestra, and loses it afterwards.", ""),
	in(Watched, keyValues+"/status", "patch").to("Conditions and reason of a key-value are told, and what was written is proven.", ""),
	in(Watched, files, "list", "watch").to("Namespace files are kept equal to Kestra when they are created, changed or deleted.", ""),
	in(Watched, files, "get").to("The content of a file is read to be judged and written; caches hold none.", ""),
	in(Watched, files, "patch").to("A file gets the finalizer by which its deletion reaches Kestra, and loses it afterwards.", ""),
	in(Watched, files+"/status", "patch").to("Conditions and reason of a file are told, and what was written is proven.", ""),
	in(Watched, events, "create").to("Events tell of refusals, repairs and whatever else changes for an object.", ""),
	in(Watched, events, "patch").to("An event that happens again is counted, and not written anew.", ""),
	in(Watched, secrets, "get").to("Values are taken from Secrets by `valueFrom` and `contentFrom`.", valueFrom),
	in(Watched, configMaps, "get").to("Values are taken from ConfigMaps by `valueFrom` and `contentFrom`.", valueFrom),
	in(Watched, secrets, "list", "watch").to("A Secret that changes is written to Kestra at once.", valueFrom),
	in(Watched, configMaps, "list", "watch").to("A ConfigMap that changes is written to Kestra at once.", valueFrom),

	named(Own, leases, "get", "update").to("One replica is elected to write to Kestra, and stays it.", elected),
	in(Own, leases, "create").to("The lease that replicas elect one by is made.", elected),
	in(Own, leaseEvents, "create").to("Events tell which replica was elected.", elected),
	named(Own, secrets, "get").to("Hashes of values in status are keyed by what only the operator reads.", ""),
	in(Own, secrets, "create").to("The key of these hashes is made, and so is the Secret of the operator's own certificates.", ""),
	named(Own, configMaps, "get", "update").to("Admission goes by the plugins that Kestra has now: what it can run is saved for every replica.", unpinned),
	in(Own, configMaps, "create").to("What Kestra can run is saved for the first time.", unpinned),
	named(Own, configMaps, "list", "watch").to("Replicas learn what the elected one has saved, and judge alike.", unpinned),
	named(Own, secrets, "update").to("The certificates of admission are made, and renewed in time.", selfManaged),
	in(Own, secrets, "list", "watch").to("Every replica serves admission by the newest certificate.", selfManaged),
	named(Own, secrets, "list", "watch").to("Every replica serves admission by the newest certificate.", notOwn),
	named(Own, certificates, "get").to("A replica without a certificate says why cert-manager has issued none.", certManager),

	named(Cluster, definitions, "get").to("The operator starts as soon as its definitions are served.", ""),
	named(Cluster, definitions, "patch").to("The definitions are those of the operator's version.", operatorsCRDs),
	in(Cluster, definitions, "create").to("The definitions are installed.", operatorsCRDs),
	named(Cluster, validating, "update").to("The API server trusts the operator's own authority when it asks whether an object is valid.", selfManaged),
	named(Cluster, mutating, "update").to("The API server trusts the operator's own authority when it asks for the read-only label.", selfManaged),
	in(Cluster, validating, "list", "watch").to("A replica is ready once the API server trusts its certificate, and that trust is put back when it is lost.", selfManaged),
	in(Cluster, mutating, "list", "watch").to("A replica is ready once the API server trusts its certificate, and that trust is put back when it is lost.", selfManaged),
	named(Cluster, validating, "list").to("A replica is ready once the API server trusts its certificate, and tells when webhooks have lost their match conditions.", notOwn),
	named(Cluster, mutating, "list").to("A replica is ready once the API server trusts its certificate.", notOwn),
	in(Cluster, tokenReviews, "create").to("Metrics are for those whose token is valid.", secureMetrics),
	in(Cluster, accessReviews, "create").to("Who may not read a Secret or ConfigMap may not refer to it, and who may not read metrics gets none.", valueFrom+" or "+secureMetrics),
}

func in(place Place, resource string, verbs ...string) Purpose {
	return Purpose{Right: Right{Place: place, Resource: resource}, Verbs: verbs}
}

func named(place Place, resource string, verbs ...string) Purpose {
	purpose := in(place, resource, verbs...)
	purpose.Named = true
	return purpose
}

func (p Purpose) to(feature, values string) Purpose {
	p.Feature, p.Values = feature, values
	return p
}
