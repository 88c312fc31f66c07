package delivery

import (
	"context"
	"slices"

	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/parallel"
)

// keepBytes bounds the source objects whose bytes are kept from finding them to reading them; the rest of a batch is
// asked for twice.
const keepBytes = 16 << 20

// find asks for all objects at once, and returns those that can be read, in their order, and by identity why the others
// cannot.
func (i *invocation) find(ctx context.Context, pointers []landing.Pointer) ([]*landing.Object, map[string]error) {
	objects := make([]*landing.Object, len(pointers))
	errs := make([]error, len(pointers))
	keep := make([]bool, len(pointers))
	kept := int64(0)
	for n, p := range pointers {
		if keep[n] = kept+p.Size <= keepBytes; keep[n] {
			kept += p.Size
		}
	}
	parallel.Each(len(pointers), i.ReadConcurrency, func(n int) {
		objects[n], errs[n] = i.Source.Find(ctx, pointers[n], keep[n])
	})
	failed := map[string]error{}
	for n, err := range errs {
		if err != nil {
			failed[pointers[n].Identity()] = blameDeadline(ctx, err)
		}
	}
	return slices.DeleteFunc(objects, func(o *landing.Object) bool { return o == nil }), failed
}
