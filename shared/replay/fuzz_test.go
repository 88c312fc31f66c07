package replay

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/rumline/rumline/shared/ledger"
)

// FuzzLetter: whatever is in a dead-letter queue becomes a letter, which a filter can look at and which is parked and read
// back as it was.
func FuzzLetter(f *testing.F) {
	f.Add("poison", "1", "1763899200000")
	f.Add(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw"},"object":{"key":"rum%2Fa"}}}]}`, "x", "")
	f.Add(`{"Event":"s3:TestEvent"}`, "-1", "99999999999999999999")
	f.Fuzz(func(t *testing.T, body, receives, sent string) {
		l := newLetter(types.Message{
			MessageId: aws.String("m"), Body: &body,
			Attributes: map[string]string{"ApproximateReceiveCount": receives, "SentTimestamp": sent},
		}).explain(map[string]ledger.Failure{})
		if l.Hopeless && len(l.Pointers) > 0 {
			t.Fatalf("%q points to objects of which nothing is known: it is not hopeless", body)
		}
		Filter{KeyPrefix: "rum/", OlderThanSeconds: 1}.Matches(l, time.Unix(0, 0))
		text, err := json.Marshal(Parked{ID: l.ID(), Body: l.Body()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseParked(text); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzParked: no object in the place of a parked message makes the reader panic.
func FuzzParked(f *testing.F) {
	f.Add([]byte(`{"id":"m","body":"x","failed_at":"2026-11-23T12:00:00Z"}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		_, _ = parseParked(text)
	})
}
