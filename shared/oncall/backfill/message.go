package backfill

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// message is the body of a notification about an object, as S3 sends it when an object was put
// (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). Bucket, key, version and entity tag are
// those of S3's own, and so is the object's identity. A generation makes it another one, on purpose.
func message(bucket, region, generation string, o Object) (string, error) {
	n := notification{Records: []record{{
		EventVersion: "2.1",
		EventSource:  "aws:s3",
		AWSRegion:    region,
		EventTime:    o.PutAt.UTC().Format("2006-01-02T15:04:05.000Z"),
		EventName:    "ObjectCreated:Put",
	}}}
	s := &n.Records[0].S3
	s.SchemaVersion, s.ConfigurationID = "1.0", "rumline-backfill"
	s.Bucket.Name, s.Bucket.ARN = bucket, "arn:aws:s3:::"+bucket
	s.Object = object{Key: encode(o.Key), Size: o.Size, ETag: o.ETag, VersionID: o.VersionID}
	if generation != "" {
		n.Rumline = &rumline{Generation: generation}
	}
	text, err := json.Marshal(n)
	if err != nil {
		return "", fmt.Errorf("write the notification of %s: %w", o.Key, err)
	}
	return string(text), nil
}

type notification struct {
	Rumline *rumline `json:"rumline,omitempty"`
	Records []record
}

type rumline struct {
	Generation string `json:"generation"`
}

type record struct {
	EventVersion string `json:"eventVersion"`
	EventSource  string `json:"eventSource"`
	AWSRegion    string `json:"awsRegion"`
	EventTime    string `json:"eventTime"`
	EventName    string `json:"eventName"`
	S3           struct {
		SchemaVersion   string `json:"s3SchemaVersion"`
		ConfigurationID string `json:"configurationId"`
		Bucket          struct {
			Name string `json:"name"`
			ARN  string `json:"arn"`
		} `json:"bucket"`
		Object object `json:"object"`
	} `json:"s3"`
}

type object struct {
	Key       string `json:"key"`
	Size      int64  `json:"size"`
	ETag      string `json:"eTag"`
	VersionID string `json:"versionId,omitempty"`
}

// encode encodes a key as S3 does: as in a URL's query, with its slashes.
func encode(key string) string { return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/") }

func unquote(tag string) string { return strings.Trim(tag, `"`) }
