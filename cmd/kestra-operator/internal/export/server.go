package export

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
)

// concurrency is how many reads are under way at a time; a server on two cores gains little from more.
const concurrency = 4

// FromServer exports what a server holds. It fails when a list or the credentials fail; one thing that cannot be
// read is left out with the reason.
func FromServer(ctx context.Context, server *kestra.Client, options Options) (Result, error) {
	s := &session{server: server, options: options, namespaces: map[string]bool{}}
	for _, namespace := range options.Namespaces {
		s.namespaces[namespace] = true
	}
	for reference := range options.Only {
		s.namespaces[reference.Target.Namespace] = true
	}
	for _, step := range []func(context.Context) error{s.flows, s.keyValues, s.files} {
		if err := step(ctx); err != nil {
			return Result{}, err
		}
	}
	s.missing()
	slices.SortFunc(s.result.Left, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return s.result, nil
}

// session is one export of a server.
type session struct {
	collector
	server  *kestra.Client
	options Options
	// namespaces that are known of, where files may be.
	namespaces map[string]bool
	// found are the things that Options.Only asks for and the server has.
	found map[Reference]bool
}

// note remembers the namespace of something that was listed, and tells whether it is to be exported.
func (s *session) note(kind Kind, target kestra.Target) bool {
	covered := s.options.covers(kind, target)
	for namespace := target.Namespace; namespace != ""; namespace = parent(namespace) {
		s.namespaces[namespace] = true
	}
	if covered && s.options.Only != nil {
		if s.found == nil {
			s.found = map[Reference]bool{}
		}
		s.found[Reference{kind, target}] = true
	}
	return covered && s.options.wants(kind)
}

// parent is the namespace above, whose files those below can use; empty when there is none.
func parent(namespace string) string {
	return namespace[:max(strings.LastIndexByte(namespace, '.'), 0)]
}

func (s *session) target(namespace, name string) kestra.Target {
	return kestra.Target{Tenant: s.options.Tenant, Namespace: namespace, Name: name}
}

// tolerates is true for a list that failed and is not needed: flows and key-values are listed for files too, since
// they tell of namespaces.
func (s *session) tolerates(kind Kind, err error) bool {
	return !s.options.wants(kind) && (!s.options.wants(Files) || kestra.IsNotFound(err) || kestra.IsUnauthorized(err))
}

func (s *session) flows(ctx context.Context) error {
	var targets []kestra.Target
	for summary, err := range s.server.Flows(ctx, s.options.Tenant) {
		if err != nil && s.tolerates(Flows, err) {
			return nil
		}
		if err != nil {
			return err
		}
		if target := s.target(summary.Namespace, summary.ID); s.note(Flows, target) {
			targets = append(targets, target)
		}
	}
	return s.each(ctx, Flows, targets, func(ctx context.Context, target kestra.Target) error {
		seen, err := s.server.Flow(ctx, target)
		if err != nil {
			return err
		}
		s.addFlow(target, seen.Source, s.options)
		return nil
	})
}

func (s *session) keyValues(ctx context.Context) error {
	details := map[kestra.Target]kestra.KeyValueDetails{}
	for entry, err := range s.server.KeyValueDetails(ctx, s.options.Tenant) {
		switch {
		case err == nil:
		case s.tolerates(KeyValues, err):
			return nil
		case kestra.IsNotFound(err):
			return fmt.Errorf("%w; servers before 1.1 list no key-values: leave them out by --kinds", err)
		default:
			return err
		}
		if target := s.target(entry.Namespace, entry.Key); s.note(KeyValues, target) {
			details[target] = entry
		}
	}
	return s.each(ctx, KeyValues, slices.Collect(maps.Keys(details)), func(ctx context.Context, target kestra.Target) error {
		seen, err := s.server.KeyValue(ctx, target)
		if err != nil {
			return err
		}
		value, err := specify(seen)
		if err != nil {
			s.leave(KeyValues, target, "left out: %w", err)
			return nil
		}
		s.addKeyValue(target, value, details[target], s.options)
		return nil
	})
}

// files are looked for in every namespace that is known of: no list of an open-source server tells where they are.
func (s *session) files(ctx context.Context) error {
	if !s.options.wants(Files) {
		return nil
	}
	var targets []kestra.Target
	for _, namespace := range slices.Sorted(maps.Keys(s.namespaces)) {
		if s.options.Only == nil && !s.options.covers(Files, s.target(namespace, "")) {
			continue
		}
		for entry, err := range s.server.Files(ctx, s.options.Tenant, namespace) {
			if err != nil {
				return err
			}
			target := s.target(namespace, entry.Path)
			if !s.note(Files, target) {
				continue
			}
			if reason := unfit(entry); reason != nil {
				s.leave(Files, target, "left out: %w", reason)
				continue
			}
			targets = append(targets, target)
		}
	}
	return s.each(ctx, Files, targets, func(ctx context.Context, target kestra.Target) error {
		content, err := s.server.File(ctx, target, namespacefile.MaxContentBytes)
		if err != nil {
			return err
		}
		s.add(Files, target, manifest.NamespaceFile(s.options.inManifest(target), content, s.options.InlineLimit))
		return nil
	})
}

// unfit says why no object can hold a file.
func unfit(entry kestra.FileEntry) error {
	if err := namespacefile.CheckPath(entry.Path); err != nil {
		return err
	}
	return namespacefile.CheckSize(int(entry.Size))
}

// each reads several things at a time. What is gone when its turn comes is no loss.
func (s *session) each(
	ctx context.Context, kind Kind, targets []kestra.Target, read func(context.Context, kestra.Target) error,
) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(concurrency)
	for _, target := range targets {
		group.Go(func() error {
			err := read(ctx, target)
			switch {
			case err == nil, kestra.IsNotFound(err), kestra.IsGone(err):
				return nil
			case kestra.IsUnauthorized(err) || ctx.Err() != nil:
				return err
			}
			s.leave(kind, target, "left out: %w", err)
			return nil
		})
	}
	return group.Wait()
}

// missing tells what was asked for and is not on the server.
func (s *session) missing() {
	for reference := range s.options.Only {
		if s.options.wants(reference.Kind) && s.options.covers(reference.Kind, reference.Target) && !s.found[reference] {
			s.leave(reference.Kind, reference.Target, "not on the server")
		}
	}
}
