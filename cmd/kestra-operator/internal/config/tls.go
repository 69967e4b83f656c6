package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// TLS says whom to trust as the Kestra server, and what to present to it.
type TLS struct {
	// CAFile holds authorities to trust beside the system's, as PEM text; the system's alone when empty.
	CAFile string
	// CertificateFile and KeyFile are presented to a server that asks for a certificate. Both or none are set.
	CertificateFile string
	KeyFile         string
	// InsecureSkipVerify accepts any certificate of the server.
	InsecureSkipVerify bool

	readFile func(string) ([]byte, error)
	ca       []byte
}

// client completes what no flag said from the environment, and reads the files once, so that what is wrong with them
// is told at start.
func (e Environment) client(k *Kestra) error {
	t := &k.TLS
	t.readFile = e.ReadFile
	for name, field := range map[string]*string{
		envCAFile: &t.CAFile, envClientCertificateFile: &t.CertificateFile, envClientKeyFile: &t.KeyFile,
	} {
		if *field == "" {
			*field = e.Getenv(name)
		}
	}
	problems := []error{e.skipVerify(t), e.timeout(k), t.readCA()}
	if (t.CertificateFile == "") != (t.KeyFile == "") {
		return errors.Join(append(problems, errors.New("a certificate for Kestra needs its key, and a key its certificate: give both --kestra-client-certificate and --kestra-client-key"))...)
	}
	if t.CertificateFile != "" {
		_, err := t.certificate()
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

func (e Environment) skipVerify(t *TLS) error {
	text := e.Getenv(envInsecureSkipVerify)
	if text == "" || t.InsecureSkipVerify {
		return nil
	}
	skip, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%s: want true or false", envInsecureSkipVerify)
	}
	t.InsecureSkipVerify = skip
	return nil
}

func (e Environment) timeout(k *Kestra) error {
	if text := e.Getenv(envTimeout); text != "" && k.Timeout == 0 {
		timeout, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%s: want a duration such as 15s", envTimeout)
		}
		k.Timeout = timeout
	}
	if k.Timeout < 0 {
		return fmt.Errorf("--kestra-timeout %s: want 0 or more", k.Timeout)
	}
	return nil
}

func (t *TLS) readCA() error {
	if t.CAFile == "" {
		return nil
	}
	ca, err := t.readFile(t.CAFile)
	if err != nil {
		return fmt.Errorf("--kestra-ca-file: %w", err)
	}
	t.ca = ca
	return nil
}

// certificate reads the files. Its errors do not quote the key.
func (t *TLS) certificate() (*tls.Certificate, error) {
	certificate, err := t.readFile(t.CertificateFile)
	if err != nil {
		return nil, fmt.Errorf("--kestra-client-certificate: %w", err)
	}
	key, err := t.readFile(t.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("--kestra-client-key: %w", err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("--kestra-client-certificate and --kestra-client-key: %w", err)
	}
	return &pair, nil
}
