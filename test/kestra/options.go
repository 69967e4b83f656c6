package kestra

// Edition of a Kestra server, as GET /api/v1/configs tells it.
type Edition string

const (
	// OpenSource has the one tenant "main" and takes basic credentials.
	OpenSource Edition = "OSS"
	// Enterprise has several tenants, takes API tokens, and enforces the label system.readOnly.
	Enterprise Edition = "EE"
)

// DefaultVersion is the version a server claims, and behaves as, when Options do not say.
const DefaultVersion = "1.3.25"

// DefaultTenant is the tenant of the open-source edition.
const DefaultTenant = "main"

// DefaultCredentials are taken when Options name none.
var DefaultCredentials = Credentials{Username: "dev@kestra.test", Password: "Kestra1234"}

// Credentials of HTTP Basic authentication.
type Credentials struct {
	Username string
	Password string
}

// Token is an API token of the Enterprise edition.
type Token struct {
	Value string
	// ServiceAccount marks the token of a service account, the only one that may change read-only flows.
	ServiceAccount bool
	// Tenants the token may reach; empty means all.
	Tenants []string
}

// Options of a Server. The zero value is an open-source 1.3.25 with DefaultCredentials.
type Options struct {
	// Version decides the behaviour: before 0.23 the path has no tenant, from 2.0.0 on errors are
	// problem+json, and so on. A prerelease such as 2.0.0-SNAPSHOT behaves as it was recorded.
	Version string
	Edition Edition
	// Tenants of an Enterprise server; only DefaultTenant by default. Ignored in the open-source edition.
	Tenants []string
	// Credentials for HTTP Basic; DefaultCredentials by default. An Enterprise server has no default and
	// takes Basic only before 2.0.
	Credentials Credentials
	// Anonymous lets everyone in, as open-source servers before 0.24 did.
	Anonymous bool
	// Tokens that an Enterprise server takes.
	Tokens []Token
	// FlowSchema answers GET /api/v1/plugins/schemas/flow; without one that is a 404.
	FlowSchema []byte
	// PluginsHash is shown by GET /api/v1/configs; SetFlowSchema changes it later.
	PluginsHash int64
	// Judge decides which flows the server takes; JudgeByCheck of the server's version by default.
	Judge Judge
	// RequestLogSize bounds how many requests are remembered; 100 000 by default. Counts go on beyond it.
	RequestLogSize int
	// Logf, if set, is called with one line for each request answered.
	Logf func(format string, args ...any)
}

const defaultRequestLogSize = 100_000

func (o Options) withDefaults() Options {
	if o.Version == "" {
		o.Version = DefaultVersion
	}
	if o.Edition == "" {
		o.Edition = OpenSource
	}
	if o.Edition == OpenSource || len(o.Tenants) == 0 {
		o.Tenants = []string{DefaultTenant}
	}
	if o.Edition == OpenSource && o.Credentials == (Credentials{}) {
		o.Credentials = DefaultCredentials
	}
	if o.RequestLogSize <= 0 {
		o.RequestLogSize = defaultRequestLogSize
	}
	return o
}
