package kestra

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// KeyValueDetails is what the list of entries tells of one beside its value, which it does not hold.
type KeyValueDetails struct {
	Namespace   string `json:"namespace"`
	Key         string `json:"key"`
	Description string `json:"description"`
	// Expiration is when the entry ends; nil for one that does not.
	Expiration *time.Time `json:"expirationDate"`
}

// KeyValueDetails lists the entries of a tenant as KeyValues does, with more of each.
func (c *Client) KeyValueDetails(ctx context.Context, tenant string) iter.Seq2[KeyValueDetails, error] {
	return listPages[KeyValueDetails](ctx, c, call{
		path:  []string{tenant, "kv"},
		query: url.Values{},
		what:  "list of key-values of tenant " + tenant,
	}, tenant)
}
