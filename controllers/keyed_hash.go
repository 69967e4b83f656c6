package controllers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	hashKeyField = "key"
	hashKeyBytes = 32
)

// keyedHash hashes values that may be secret: without the key, a short value cannot be guessed from its hash.
type keyedHash []byte

// of returns the HMAC-SHA-256 of the parts in hex, cut to half: it tells values apart and proves nothing else.
func (key keyedHash) of(parts ...[]byte) string {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		_ = binary.Write(mac, binary.BigEndian, uint64(len(part))) // a hash never fails to write
		mac.Write(part)
	}
	return hex.EncodeToString(mac.Sum(nil)[:sha256.Size/2])
}

// EnsureHashKey reads the key of the hashes in status from a Secret, and creates the Secret with a random key
// when it is not there. A lost key costs nothing but the comparison with hashes made under it: what Kestra holds
// is compared by value. The client must read live.
func EnsureHashKey(ctx context.Context, c client.Client, name types.NamespacedName) ([]byte, error) {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: name.Namespace, Name: name.Name}}
	err := c.Get(ctx, name, secret)
	if apierrors.IsNotFound(err) {
		key := make([]byte, hashKeyBytes)
		_, _ = rand.Read(key) // never fails
		secret.Data = map[string][]byte{hashKeyField: key}
		if err = c.Create(ctx, secret, fieldOwner); apierrors.IsAlreadyExists(err) {
			err = c.Get(ctx, name, secret) // another replica was faster
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the hash key in Secret %s: %w", name, err)
	}
	if len(secret.Data[hashKeyField]) < hashKeyBytes {
		return nil, fmt.Errorf("the hash key in Secret %s: the field %q has fewer than %d bytes; delete the Secret to get a new one",
			name, hashKeyField, hashKeyBytes)
	}
	return secret.Data[hashKeyField], nil
}
