package kestra

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// KeyValue is a key-value as it is stored.
type KeyValue struct {
	Tenant      string
	Namespace   string
	Key         string
	Type        ValueType
	Value       any
	Description string
	Revision    int
	// Expires is the zero time for a value that does not.
	Expires time.Time
	Created time.Time
	Updated time.Time

	deleted bool
}

type keyValueKey struct{ tenant, namespace, key string }

func (kv *KeyValue) expired(now time.Time) bool { return !kv.Expires.IsZero() && now.After(kv.Expires) }

// putKeyValue stores a new revision, whether or not anything differs. Without a ttl the value never expires,
// whatever it did before.
func (s *store) putKeyValue(key keyValueKey, body, description string, ttl *time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	kv := &KeyValue{
		Tenant: key.tenant, Namespace: key.namespace, Key: key.key,
		Description: description, Revision: 1, Created: now, Updated: now,
	}
	kv.Type, kv.Value = readValue(body)
	if previous := s.keyValues[key]; previous != nil {
		kv.Revision, kv.Created = previous.Revision+1, previous.Created
	}
	if ttl != nil {
		kv.Expires = now.Add(*ttl)
	}
	s.keyValues[key] = kv
}

// describeKeyValue stores a new revision that differs in its description.
func (s *store) describeKeyValue(key keyValueKey, description string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored := s.keyValues[key]; stored != nil {
		stored.Description, stored.Updated = description, s.now()
		stored.Revision++
	}
}

// keyValue returns a value that exists. Reading an expired one deletes it.
func (s *store) keyValue(key keyValueKey) (kv KeyValue, found, expired bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := s.keyValues[key]
	switch {
	case stored == nil || stored.deleted:
		return KeyValue{}, false, false
	case stored.expired(s.now()):
		stored.deleted = true
		return KeyValue{}, false, true
	}
	return *stored, true, false
}

func (s *store) deleteKeyValue(key keyValueKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := s.keyValues[key]
	if stored == nil || stored.deleted {
		return false
	}
	stored.deleted = true
	return true
}

// listKeyValues returns what exists and has not expired, by namespace and key.
func (s *store) listKeyValues(tenant string) []KeyValue {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var list []KeyValue
	for key, kv := range s.keyValues {
		if key.tenant == tenant && !kv.deleted && !kv.expired(now) {
			list = append(list, *kv)
		}
	}
	slices.SortFunc(list, func(a, b KeyValue) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Key, b.Key))
	})
	return list
}
