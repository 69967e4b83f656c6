{{/* Name of the chart in labels. */}}
{{- define "kestra-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Name of the Deployment and first part of all names: the one that the Enterprise chart gives. */}}
{{- define "kestra-operator.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Name of a namespaced object, from a list of the root context and a suffix. At most 63 characters, as a Service
needs: a long name is cut and told from others that begin alike by a hash.
*/}}
{{- define "kestra-operator.suffixed" -}}
{{- $full := include "kestra-operator.fullname" (first .) | replace "." "-" }}
{{- $name := printf "%s-%s" $full (last .) }}
{{- if gt (len $name) 63 }}
{{- $name = printf "%s-%s-%s" ($full | trunc (int (sub 53 (len (last .)))) | trimSuffix "-") (sha256sum $full | trunc 8) (last .) }}
{{- end }}
{{- $name }}
{{- end }}

{{/*
Name of an object that belongs to the whole cluster. Two releases of one name in two namespaces differ: a
namespace holds no dot, so the last dot is the border.
*/}}
{{- define "kestra-operator.clusterName" -}}
{{- printf "%s.%s" (include "kestra-operator.fullname" .) .Release.Namespace }}
{{- end }}

{{/* Labels of every object. The user's come in, but cannot replace those that the chart relies on. */}}
{{- define "kestra-operator.labels" -}}
{{- $own := include "kestra-operator.selectorLabels" . | fromYaml }}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service }}
{{- mergeOverwrite (deepCopy .Values.labels) $own | toYaml }}
{{- end }}

{{/* Labels of one object, from a list of the root and of more labels, which win. */}}
{{- define "kestra-operator.labelsWith" -}}
{{- mergeOverwrite (include "kestra-operator.labels" (first .) | fromYaml) (deepCopy (last .)) | toYaml }}
{{- end }}

{{/* Labels of the pods: the Deployment's and the Services' selectors, and the user's. */}}
{{- define "kestra-operator.podLabels" -}}
{{- $own := include "kestra-operator.selectorLabels" . | fromYaml }}
{{- $_ := set $own "app" (include "kestra-operator.fullname" .) }}
{{- mergeOverwrite (deepCopy .Values.labels) (deepCopy .Values.podLabels) $own | toYaml }}
{{- end }}

{{/* Labels that tell the operator's pods from all others, the Enterprise operator's of the same name included. */}}
{{- define "kestra-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kestra-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end }}

{{/* Name of the operator's service account. */}}
{{- define "kestra-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "kestra-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Name of the Secret that the webhooks' certificate is in. */}}
{{- define "kestra-operator.certificateSecretName" -}}
{{- if eq .Values.certificates.mode "secret" }}
{{- required "certificates.mode is \"secret\": set certificates.secret.name to a Secret with tls.crt and tls.key" .Values.certificates.secret.name }}
{{- else }}
{{- include "kestra-operator.suffixed" (list . "webhook-tls") }}
{{- end }}
{{- end }}
