package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/rumline/rumline/shared/bucket"
	"github.com/rumline/rumline/shared/failure"
)

// Parking keeps messages that can never be delivered, with the reason, where no retention takes them before somebody has
// looked at them: an object of JSON each.
//
//	<prefix><destination>/<message ID>.json
//
// Nothing in an object depends on a clock: a message that is parked twice is there once.
type Parking struct {
	client      ParkingClient
	objects     *bucket.Bucket
	bucket      string
	prefix      string
	destination string
}

// ParkingClient is what a Parking asks of the SDK's client.
type ParkingClient interface {
	bucket.PutObjectAPI
	s3.ListObjectsV2APIClient
	GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	DeleteObject(ctx context.Context, in *s3.DeleteObjectInput, opts ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

var _ ParkingClient = (*s3.Client)(nil)

// NewParking returns the parking of a destination in a bucket, under a prefix that ends with a slash.
func NewParking(client ParkingClient, name, prefix, destination string) *Parking {
	codes := bucket.Codes{Unavailable: failure.QuarantineUnavailable, Refused: failure.QuarantineRefused}
	return &Parking{
		client: client, objects: bucket.New(client, name, codes),
		bucket: name, prefix: prefix + destination + "/", destination: destination,
	}
}

// Parked is a parked message.
type Parked struct {
	ID          string       `json:"id"`
	Destination string       `json:"destination"`
	Code        failure.Code `json:"code"`
	Error       string       `json:"error,omitempty"`
	FailedAt    time.Time    `json:"failed_at,omitzero"`
	SentAt      time.Time    `json:"sent_at,omitzero"`
	Receives    int          `json:"receives"`
	// Objects are the URIs of the objects that the message points to.
	Objects []string `json:"objects,omitempty"`
	// Body and Attributes are the message's, to send it again.
	Body       string                                 `json:"body"`
	Attributes map[string]types.MessageAttributeValue `json:"attributes,omitempty"`

	// ParkedAt is when the message was parked, the last time if it was parked twice.
	ParkedAt time.Time `json:"-"`
}

// Park keeps a letter. The message may be deleted when it has returned nil. The code of its error is QuarantineUnavailable or
// QuarantineRefused.
func (p *Parking) Park(ctx context.Context, l Letter) error {
	parked := Parked{
		ID: l.ID(), Destination: p.destination, Code: l.Code, Error: l.Error, FailedAt: l.FailedAt, SentAt: l.SentAt,
		Receives: l.Receives, Body: l.Body(), Attributes: l.Message.MessageAttributes,
	}
	for _, pointer := range l.Pointers {
		parked.Objects = append(parked.Objects, pointer.String())
	}
	text, err := json.MarshalIndent(parked, "", "  ")
	if err != nil {
		return failure.Wrap(failure.Internal, err, "park message "+l.ID())
	}
	return p.objects.Put(ctx, p.key(l.ID()), "application/json", append(text, '\n'))
}

// List returns the parked messages, in the order of their identifiers. It ends with the first error.
func (p *Parking) List(ctx context.Context) iter.Seq2[Parked, error] {
	return func(yield func(Parked, error) bool) {
		pages := s3.NewListObjectsV2Paginator(p.client, &s3.ListObjectsV2Input{Bucket: &p.bucket, Prefix: &p.prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Parked{}, fmt.Errorf("list s3://%s/%s: %w", p.bucket, p.prefix, err))
				return
			}
			for _, o := range page.Contents {
				one, err := p.read(ctx, aws.ToString(o.Key))
				one.ParkedAt = aws.ToTime(o.LastModified)
				if !yield(one, err) || err != nil {
					return
				}
			}
		}
	}
}

// Remove removes a parked message. That there is none of that identifier is no error.
func (p *Parking) Remove(ctx context.Context, id string) error {
	if id == "" || strings.Contains(id, "/") {
		return fmt.Errorf("%q is no identifier of a message", id)
	}
	_, err := p.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &p.bucket, Key: aws.String(p.key(id))})
	if err != nil {
		return fmt.Errorf("remove s3://%s/%s: %w", p.bucket, p.key(id), err)
	}
	return nil
}

func (p *Parking) key(id string) string { return p.prefix + id + ".json" }

func (p *Parking) read(ctx context.Context, key string) (_ Parked, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read s3://%s/%s: %w", p.bucket, key, err)
		}
	}()
	out, err := p.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &p.bucket, Key: &key})
	if err != nil {
		return Parked{}, err
	}
	text, err := io.ReadAll(out.Body)
	if err := errors.Join(err, out.Body.Close()); err != nil {
		return Parked{}, err
	}
	return parseParked(text)
}

func parseParked(text []byte) (Parked, error) {
	var parked Parked
	if err := json.Unmarshal(text, &parked); err != nil {
		return Parked{}, fmt.Errorf("it is no parked message: %w", err)
	}
	return parked, nil
}
