package config

// LeaseSuffix ends the name of every operator's lease, by which other programs find those that run.
const LeaseSuffix = ".model.kestra.io"

// LeaseName is the lease that the reconciling replica holds.
func (c Config) LeaseName() string { return c.Name + LeaseSuffix }

// CatalogName is the ConfigMap where the leader saves what its Kestra can run, for every replica to judge by.
func (c Config) CatalogName() string { return c.Name + "-catalog" }

// HashKeyName is the Secret of the key that the hashes of values in status are made with.
func (c Config) HashKeyName() string { return c.Name + "-hash-key" }
