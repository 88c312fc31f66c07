package landing

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/rumline/rumline/shared/failure"
)

// ParseNotification reads the body of a queue's message: an S3 event notification, as it is or in an SNS envelope
// (raw message delivery switched off). It returns no pointers, and says why in ignored, for messages that point to
// nothing that was created: the s3:TestEvent that S3 sends when a notification is configured, removals. What is no
// notification at all is a failure.MalformedMessage.
func ParseNotification(body string) (pointers []Pointer, ignored string, err error) {
	var n notification
	if err := json.Unmarshal([]byte(body), &n); err != nil {
		return nil, "", failure.Wrap(failure.MalformedMessage, err, "read an S3 notification")
	}
	if n.Type == "Notification" && n.TopicArn != "" {
		return ParseNotification(n.Message)
	}
	if n.Event == "s3:TestEvent" {
		return nil, "s3:TestEvent of bucket " + n.Bucket, nil
	}
	if err := checkGeneration(n.Rumline.Generation); err != nil {
		return nil, "", err
	}
	if len(n.Records) == 0 {
		return nil, "", failure.New(failure.MalformedMessage, "read an S3 notification: it has no Records")
	}
	var others []string
	for _, r := range n.Records {
		name := strings.TrimPrefix(r.EventName, "s3:")
		if !strings.HasPrefix(name, "ObjectCreated:") {
			others = append(others, r.EventName)
			continue
		}
		p, err := r.pointer()
		if err != nil {
			return nil, "", err
		}
		p.Generation = n.Rumline.Generation
		pointers = append(pointers, p)
	}
	if len(pointers) == 0 {
		ignored = "events " + strings.Join(others, ", ")
	}
	return pointers, ignored, nil
}

// notification has the fields of the three shapes of message, of which each has its own.
type notification struct {
	Records []record

	Event  string // s3:TestEvent
	Bucket string

	// Rumline is not S3's: a forced backfill adds it.
	Rumline struct {
		Generation string `json:"generation"`
	} `json:"rumline"`

	Type     string // SNS envelope
	TopicArn string
	Message  string
}

// maxGeneration bounds the name of a generation, in bytes.
const maxGeneration = 128

// checkGeneration refuses names that would make an object's identity ambiguous.
func checkGeneration(name string) error {
	if len(name) > maxGeneration || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return failure.New(failure.MalformedMessage, "the name of a generation must be at most %d printable ASCII characters without a space: %.140q", maxGeneration, name)
	}
	return nil
}

type record struct {
	EventName string `json:"eventName"`
	S3        struct {
		Bucket struct {
			Name string `json:"name"`
		} `json:"bucket"`
		Object struct {
			Key       string `json:"key"`
			Size      int64  `json:"size"`
			ETag      string `json:"eTag"`
			VersionID string `json:"versionId"`
			Sequencer string `json:"sequencer"`
		} `json:"object"`
	} `json:"s3"`
}

func (r record) pointer() (Pointer, error) {
	o := r.S3.Object
	// Keys are encoded as in a URL's query: a space is a plus sign.
	key, err := url.QueryUnescape(o.Key)
	if err != nil {
		return Pointer{}, failure.Wrap(failure.MalformedMessage, err, "decode the object key of an S3 notification")
	}
	if key == "" || r.S3.Bucket.Name == "" {
		return Pointer{}, failure.New(failure.MalformedMessage, "an S3 notification without bucket or key")
	}
	return Pointer{
		Bucket:    r.S3.Bucket.Name,
		Key:       key,
		VersionID: o.VersionID,
		Sequencer: o.Sequencer,
		ETag:      strings.Trim(o.ETag, `"`),
		Size:      o.Size,
	}, nil
}
