{{/* Environment that has the operator send traces, as a JSON list; empty without an endpoint. */}}
{{- define "kestra-operator.tracingEnvironment" -}}
{{- $own := list }}
{{- $tracing := .Values.tracing }}
{{- if $tracing.endpoint }}
{{- $own = list
  (dict "name" "POD_NAME" "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.name")))
  (dict "name" "OTEL_EXPORTER_OTLP_ENDPOINT" "value" $tracing.endpoint)
  (dict "name" "OTEL_RESOURCE_ATTRIBUTES" "value" "k8s.namespace.name=$(POD_NAMESPACE),k8s.pod.name=$(POD_NAME)")
  (dict "name" "OTEL_TRACES_SAMPLER" "value" "parentbased_traceidratio")
  (dict "name" "OTEL_TRACES_SAMPLER_ARG" "value" (toString $tracing.ratio)) }}
{{- $headers := $tracing.headers.fromSecret }}
{{- if $headers.name }}
{{- $own = append $own (dict "name" "OTEL_EXPORTER_OTLP_HEADERS" "valueFrom" (dict "secretKeyRef" (dict "name" $headers.name "key" $headers.key))) }}
{{- end }}
{{- end }}
{{- toJson $own }}
{{- end }}
