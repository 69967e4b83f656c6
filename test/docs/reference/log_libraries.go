package main

// libraryMeanings of the keys that the logger, controller-runtime and client-go give to what they log.
var libraryMeanings = map[string]string{
	"errorVerbose":    "The same in more words, from a library that tells where in its code.",
	"level":           "How severe: debug, info, warn or error.",
	"ts":              "When, in UTC.",
	"msg":             "What happened, for people.",
	"logger":          "Which part of the operator logs.",
	"error":           "Why something failed.",
	"controller":      "The controller: kestraflow, kestrakeyvalue or kestranamespacefile.",
	"controllerGroup": "The API group of the controller's kind.",
	"controllerKind":  "The controller's kind.",
	"namespace":       "Kubernetes namespace of the object.",
	"reconcileID":     "A pass over an object: the same on all of its lines.",
	"object":          "The object, with its name and namespace.",
	"requestID":       "A request for admission: the UID that the API server gave it.",
	// The object of a pass, under the name of its kind.
	"KestraFlow":          "The flow's object, with its name and namespace.",
	"KestraKeyValue":      "The key-value's object, with its name and namespace.",
	"KestraNamespaceFile": "The file's object, with its name and namespace.",
	// Starting and stopping.
	"addr":         "Address that is served.",
	"bindAddress":  "Address that metrics are served at.",
	"cert":         "File of the certificate of admission.",
	"checker":      "A check of the readiness probe that failed.",
	"gvk":          "Kind of the webhook configuration that gets the authority.",
	"host":         "Address that admission is served at.",
	"interval":     "Time between two looks at the certificate's files.",
	"lock":         "The Lease of the replica that leads.",
	"path":         "Path of a webhook.",
	"port":         "Port that admission is served at.",
	"secure":       "Whether metrics are served over TLS.",
	"source":       "What a controller watches.",
	"statuses":     "Outcomes of the checks of a probe.",
	"worker count": "Objects of a kind that are reconciled at the same time.",
	// Events, at the level debug.
	"action":     "What was done when the event came about.",
	"apiVersion": "API version of the event's object.",
	"note":       "The event's text.",
	"reason":     "The event's reason.",
	"type":       "The event's type: Normal or Warning.",
}
