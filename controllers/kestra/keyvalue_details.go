package kestra

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"time"
)

// KeyValueDetails is what the list of entries tells of one beside its value, which it does not hold.
type KeyValueDetails struct {
	Namespace   string `json:"namespace"`
	Key         string `json:"key"`
	Description string `json:"description"`
	// Updated is when the entry was last written.
	Updated time.Time `json:"updateDate"`
	// Expiration is when the entry ends; nil for one that does not.
	Expiration *time.Time `json:"expirationDate"`
}

// KeyValueDetails lists the entries of a tenant as KeyValues does, with more of each.
func (c *Client) KeyValueDetails(ctx context.Context, tenant string) iter.Seq2[KeyValueDetails, error] {
	return c.keyValueDetails(ctx, tenant, url.Values{})
}

// DetailsOfKeyValue returns what the list tells of one entry; nil when it is not listed, as before 1.1, which has no list.
func (c *Client) DetailsOfKeyValue(ctx context.Context, target Target) (*KeyValueDetails, error) {
	if err := target.check(); err != nil {
		return nil, err
	}
	// How exactly a server searches is its own affair, so what a search misses is looked for in the whole namespace.
	for _, search := range []url.Values{{"q": {target.Name}}, {}} {
		search.Set("filters[namespace][EQUALS]", target.Namespace)
		for entry, err := range c.keyValueDetails(ctx, target.Tenant, search) {
			switch {
			case IsNotFound(err):
				return nil, nil
			case err != nil:
				return nil, err
			case entry.Namespace == target.Namespace && entry.Key == target.Name:
				return &entry, nil
			}
		}
	}
	return nil, nil
}

func (c *Client) keyValueDetails(ctx context.Context, tenant string, search url.Values) iter.Seq2[KeyValueDetails, error] {
	return listPages[KeyValueDetails](ctx, c, call{
		path:  []string{tenant, "kv"},
		query: search,
		what:  "list of key-values of tenant " + tenant,
	}, tenant)
}

// Describes is true when an entry has the description that a write with these options gives it.
func (o KeyValueOptions) Describes(entry *KeyValueDetails) bool {
	return strings.TrimSpace(storedText(o.Description)) == strings.TrimSpace(entry.Description)
}
