package generate_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/landing"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

var poisoned = sync.OnceValue(func() []generate.Poison { return generate.Poisoned(generate.Options{Seed: 7}) })

// What a poisoned object says that will be rejected is what the pipeline's own reader rejects, and no more and no
// less: its neighbours are all there.
func TestPoisonIsRejectedAndItsNeighboursAreNot(t *testing.T) {
	t.Parallel()
	for _, p := range poisoned() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			block, rejected, cut := read(t, p.Object)
			for i, r := range rejected {
				if i < len(p.Rejected) && p.Rejected[i].Line == 0 {
					rejected[i].Line = 0
				}
				require.Less(t, i, len(p.Rejected), "an unexpected %+v", r)
			}
			require.Equal(t, p.Rejected, rejected)
			require.Equal(t, p.ExtraCut, cut)
			require.Equal(t, len(p.Records), block.Len())
			ids := block.Column(rum.Index("event_id")).UUIDs
			for i, r := range p.Records {
				require.Contains(t, string(r.JSON), ids[i].String())
			}
		})
	}
}

func TestPoisonedKeysAreUnique(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for _, p := range poisoned() {
		require.False(t, keys[p.Key], p.Key)
		keys[p.Key] = true
	}
}

// A bomb is small where it lies, or it would be no bomb.
func TestBombsAreSmall(t *testing.T) {
	t.Parallel()
	bombs := 0
	for _, p := range poisoned() {
		if len(p.Rejected) > 0 && p.Rejected[0].Reason == rum.Bomb {
			bombs++
			require.Less(t, len(p.Body), 128<<10)
		}
	}
	require.Equal(t, 2, bombs)
}

func read(t *testing.T, o generate.Object) (*rum.Block, []generate.Rejection, int) {
	t.Helper()
	source := landing.Source{Client: bucket{o.Body}, MaxDocumentBytes: 4 << 30}
	found, err := source.Find(t.Context(), landing.Pointer{Bucket: "b", Key: o.Key}, false)
	require.NoError(t, err)
	document, err := found.Open(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, document.Close()) }()

	block, decoder := rum.NewBlock(), rum.NewDecoder(document, o.Key)
	var rejected []generate.Rejection
	for {
		err := decoder.Next(block)
		var r *rum.Rejected
		switch {
		case errors.Is(err, io.EOF):
			return block, rejected, int(decoder.ExtraCut())
		case errors.As(err, &r):
			rejected = append(rejected, generate.Rejection{Reason: r.Reason, Field: r.Field, Line: int(r.Line), Rest: r.Rest})
		default:
			require.NoError(t, err)
		}
	}
}

// bucket is an S3 that holds one object.
type bucket struct{ body []byte }

func (b bucket) HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error) {
	size := int64(len(b.body))
	return &s3.HeadObjectOutput{ContentLength: &size}, nil
}

func (b bucket) GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	size := int64(len(b.body))
	return &s3.GetObjectOutput{ContentLength: &size, Body: io.NopCloser(bytes.NewReader(b.body))}, nil
}
