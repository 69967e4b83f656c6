package main

import (
	"fmt"
	"io"
	"os"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"go.uber.org/zap/zapcore"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/collection"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/operator"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/tracing"
)

const runHelp = `Run the operator: admission on every replica, reconciling on the one that leads.

Credentials for Kestra come from the environment: KESTRA_API_BASIC_AUTH (user:password) or
KESTRA_API_API_KEY; with the suffix _FILE either names a file that holds the value. The cluster is that of
the pod, or of KUBECONFIG.`

func newRunCommand() *cobra.Command {
	var flags config.Flags
	command := &cobra.Command{
		Use:   "run",
		Short: "Run the operator",
		Long:  runHelp,
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			c, err := flags.Config(config.ProcessEnvironment())
			if err != nil {
				return err
			}
			logger := newLogger(c, command.ErrOrStderr())
			ctrl.SetLogger(logger)
			klog.SetLogger(logger)
			for _, advice := range c.Advice() {
				logger.Info("Advice: " + advice)
			}
			stopTraces, err := tracing.Start(command.Context(), os.Getenv, version, logger)
			if err != nil {
				return err
			}
			defer stopTraces()
			access, err := ctrl.GetConfig()
			if err != nil {
				return fmt.Errorf("find the cluster: %w", err)
			}
			collection.Pace()
			logger.Info("Starting", "version", version, "kestra", c.Kestra.URL, "readOnlyLabel", c.ReadOnlyLabel)
			if err := operator.Run(ctrl.LoggerInto(command.Context(), logger), c, access); err != nil {
				return exitError{code: exitRefused, cause: err}
			}
			return nil
		},
	}
	flags.Bind(command.Flags())
	return command
}

func newLogger(c config.Config, out io.Writer) logr.Logger {
	encoder := zap.JSONEncoder(withTimes)
	if c.LogFormat == config.LogText {
		encoder = zap.ConsoleEncoder(withTimes)
	}
	// An error names what was attempted; a stack trace of the reconcile loop adds nothing to it.
	return zap.New(zap.WriteTo(out), zap.Level(c.LogLevel), zap.StacktraceLevel(zapcore.DPanicLevel), encoder)
}

func withTimes(encoder *zapcore.EncoderConfig) { encoder.EncodeTime = zapcore.RFC3339NanoTimeEncoder }
