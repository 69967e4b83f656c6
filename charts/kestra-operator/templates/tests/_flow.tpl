{{/* A flow that every supported Kestra takes. */}}
{{- define "kestra-operator.testFlow" -}}
id: {{ include "kestra-operator.suffixed" (list . "test") }}
namespace: kestra.operator.test
labels:
  system.readOnly: "true"
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: Hello
{{- end }}
