package tracing

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// stopTimeout bounds how long the last spans may take to be sent.
const stopTimeout = 5 * time.Second

// Names of the environment of OpenTelemetry that decide whether there are traces. The exporter and the tracer read
// more of it by themselves, such as OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER.
const (
	endpointVariable       = "OTEL_EXPORTER_OTLP_ENDPOINT"
	tracesEndpointVariable = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	protocolVariable       = "OTEL_EXPORTER_OTLP_PROTOCOL"
	tracesProtocolVariable = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
	exporterVariable       = "OTEL_TRACES_EXPORTER"
	disabledVariable       = "OTEL_SDK_DISABLED"
)

// onlyProtocol is how traces are sent.
const onlyProtocol = "http/protobuf"

// Start sends traces from now on when the environment asks for it. The returned function sends what is left and
// stops. An error says which variable cannot be followed.
func Start(ctx context.Context, environment func(name string) string, version string, logger logr.Logger) (stop func(), err error) {
	wanted, err := wanted(environment)
	if err != nil || !wanted {
		return func() {}, err
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("set up traces: %w", err)
	}
	described, err := resource.New(ctx, resource.WithAttributes(
		attribute.String("service.name", "kestra-operator"), attribute.String("service.version", version),
	), resource.WithFromEnv(), resource.WithTelemetrySDK())
	if err != nil {
		return nil, fmt.Errorf("describe this process in traces: %w", err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(described))
	otel.SetErrorHandler(&failures{logger: logger.WithName("traces")})
	otel.SetLogger(logger.WithName("traces").V(1))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		_ = provider.Shutdown(ctx) // the error handler is told
	}, nil
}

// wanted is true when the environment names where to send traces, and does not say not to.
func wanted(environment func(string) string) (bool, error) {
	if strings.EqualFold(environment(disabledVariable), "true") || environment(endpointVariable)+environment(tracesEndpointVariable) == "" {
		return false, nil
	}
	switch exporter := environment(exporterVariable); exporter {
	case "", "otlp":
	case "none":
		return false, nil
	default:
		return false, fmt.Errorf("%s is %q: set it to otlp or none", exporterVariable, exporter)
	}
	for _, name := range []string{tracesProtocolVariable, protocolVariable} {
		switch protocol := environment(name); protocol {
		case "":
		case onlyProtocol:
			return true, nil
		default:
			return false, fmt.Errorf("%s is %q: set it to %s, and the endpoint to the collector's port for it, usually 4318",
				name, protocol, onlyProtocol)
		}
	}
	return true, nil
}

// failures logs why traces are not sent, once for each reason in a row: every batch fails alike while a collector is away.
type failures struct {
	logger logr.Logger
	last   atomic.Value // a string
}

// Handle takes an error of OpenTelemetry's.
func (f *failures) Handle(err error) {
	if text := err.Error(); f.last.Swap(text) != text {
		f.logger.Info("Traces are not sent", "problem", text)
	}
}
