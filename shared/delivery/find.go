package delivery

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/landing"
)

// keepBytes bounds the source objects whose bytes are kept from finding them to reading them; the rest of a batch is
// asked for twice.
const keepBytes = 64 << 20

// find asks for all objects at once, and returns those that can be read, in their order, and by identity why the others
// cannot.
func (i *invocation) find(ctx context.Context, pointers []landing.Pointer) ([]*landing.Object, map[string]error) {
	objects := make([]*landing.Object, len(pointers))
	errs := make([]error, len(pointers))
	var group errgroup.Group
	group.SetLimit(i.ReadConcurrency)
	kept := int64(0)
	for n, p := range pointers {
		keep := kept+p.Size <= keepBytes
		if keep {
			kept += p.Size
		}
		group.Go(func() error {
			objects[n], errs[n] = i.Source.Find(ctx, p, keep)
			return nil
		})
	}
	_ = group.Wait() // no function of it returns an error: a failed object fails alone
	failed := map[string]error{}
	for n, err := range errs {
		if err != nil {
			failed[pointers[n].Identity()] = blameDeadline(ctx, err)
		}
	}
	return slices.DeleteFunc(objects, func(o *landing.Object) bool { return o == nil }), failed
}

func byIdentity(a, b landing.Pointer) int { return strings.Compare(a.Identity(), b.Identity()) }
