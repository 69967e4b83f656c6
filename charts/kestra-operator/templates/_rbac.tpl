{{/* What the operator does with the objects it keeps: it never creates, replaces or deletes one. */}}
{{- define "kestra-operator.objectRules" -}}
- apiGroups: [model.kestra.io]
  resources: [kestraflows, kestrakeyvalues, kestranamespacefiles]
  verbs: [get, list, watch, patch]
- apiGroups: [model.kestra.io]
  resources: [kestraflows/status, kestrakeyvalues/status, kestranamespacefiles/status]
  verbs: [patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- if .Values.valueFrom.enabled }}
- apiGroups: [""]
  resources: [secrets, configmaps]
  verbs: [get, list, watch]
{{- end }}
{{- end }}

{{/* Rules for what belongs to the whole cluster, whichever namespaces are watched. */}}
{{- define "kestra-operator.clusterRules" -}}
{{- $kinds := "kestraflows.model.kestra.io, kestrakeyvalues.model.kestra.io, kestranamespacefiles.model.kestra.io" }}
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  resourceNames: [{{ $kinds }}]
  verbs: [get{{ if eq .Values.crds.mode "operator" }}, patch{{ end }}]
{{- if eq .Values.crds.mode "operator" }}
# A right to create cannot be bound to a name.
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  verbs: [create]
{{- end }}
{{- if eq .Values.certificates.mode "self-managed" }}
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
  resourceNames: [{{ include "kestra-operator.clusterName" . }}]
  verbs: [update]
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
  verbs: [list, watch]
{{- else }}
# Whether the API server trusts the certificate, and lets pass what is not judged.
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
  resourceNames: [{{ include "kestra-operator.clusterName" . }}]
  verbs: [list]
{{- end }}
{{- $secureMetrics := and .Values.metrics.enabled .Values.metrics.secure }}
{{- if $secureMetrics }}
# Whose token asks for metrics.
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
{{- end }}
{{- if or .Values.valueFrom.enabled $secureMetrics }}
# Whether the one who wrote an object may read what it refers to, and whether the one who asks may read metrics.
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}
{{- end }}

{{/*
Rules for the operator's own namespace. A right to create cannot be bound to a name: it is not known when that is judged.
*/}}
{{- define "kestra-operator.ownRules" -}}
# The key of the hashes of values in status.
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "kestra-operator.fullname" . }}-hash-key]
  verbs: [get]
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
{{- if not .Values.configuration.kestra.version }}
# What the Kestra server can run, saved by the leader for every replica.
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{{ include "kestra-operator.fullname" . }}-catalog]
  verbs: [get, list, watch, update]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create]
{{- end }}
{{- if .Values.leaderElection.enabled }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "kestra-operator.fullname" . }}.model.kestra.io]
  verbs: [get, update]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
# The lease's events are of the older kind.
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}
{{- if eq .Values.certificates.mode "self-managed" }}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "kestra-operator.certificateSecretName" . }}]
  verbs: [update]
# The authority's informer sees the whole namespace.
- apiGroups: [""]
  resources: [secrets]
  verbs: [list, watch]
{{- else }}
# The certificate, copied to a folder.
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "kestra-operator.certificateSecretName" . }}]
  verbs: [list, watch]
{{- end }}
{{- if eq .Values.certificates.mode "cert-manager" }}
# Why there is no certificate.
- apiGroups: [cert-manager.io]
  resources: [certificates]
  resourceNames: [{{ include "kestra-operator.suffixed" (list . "webhook") }}]
  verbs: [get]
{{- end }}
{{- end }}

{{/* The binding's reference to the operator's service account. */}}
{{- define "kestra-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "kestra-operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/* A Role and its binding, from a dict: root, namespace, name, rules. */}}
{{- define "kestra-operator.role" -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "kestra-operator.labels" .root | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "kestra-operator.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name }}
subjects:
  {{- include "kestra-operator.subjects" .root | nindent 2 }}
{{- end }}
