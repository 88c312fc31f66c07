package delivery

import (
	"context"
	"log/slog"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/landing"
)

// keepBytes bounds the source objects whose bytes are kept from finding them to reading them; the rest of a batch is
// asked for twice.
const keepBytes = 64 << 20

// find asks for all objects at once, and drops those that cannot be read, so that the batch is made of objects that
// can. The order stays.
func (h *Handler) find(ctx context.Context, m *mail, log *slog.Logger) []*landing.Object {
	objects := make([]*landing.Object, len(m.pointers))
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(h.ReadConcurrency)
	kept := int64(0)
	for i, p := range m.pointers {
		keep := kept+p.Size <= keepBytes
		if keep {
			kept += p.Size
		}
		group.Go(func() error {
			o, err := h.Source.Find(ctx, p, keep)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				m.fail(p, blameDeadline(ctx, err))
				return nil
			}
			objects[i] = o
			return nil
		})
	}
	_ = group.Wait() // no function of it returns an error: a failed object fails alone
	found := objects[:0]
	for _, o := range objects {
		if o != nil {
			found = append(found, o)
		}
	}
	if missing := len(m.pointers) - len(found); missing > 0 {
		log.WarnContext(ctx, "objects left out of the batch", "objects", missing)
	}
	return found
}

func byIdentity(a, b landing.Pointer) int { return strings.Compare(a.Identity(), b.Identity()) }
