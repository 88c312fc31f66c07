package privilege

import (
	"net/http"
	"net/url"
	"strings"
)

// objectAccess says what a call to S3 needs, given the status of its answer. The bucket is in the path.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
func (c call) objectAccess(status int) []Access {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(c.request.URL.Path, "/"), "/")
	query := c.request.URL.Query()
	if key == "" {
		return c.bucketAccess(bucket, query)
	}
	object := objectARN(bucket, key)
	switch {
	case c.request.Method == http.MethodGet || c.request.Method == http.MethodHead:
		return readAccess(bucket, object, query, status)
	case c.request.Method == http.MethodPut && (query.Has("partNumber") || !strange(query)),
		c.request.Method == http.MethodPost && (query.Has("uploads") || query.Has("uploadId")):
		return c.writeAccess(object)
	case c.request.Method == http.MethodDelete && query.Has("uploadId"):
		return []Access{{Action: "s3:AbortMultipartUpload", Resource: object}}
	case c.request.Method == http.MethodDelete && query.Has("versionId"):
		return []Access{{Action: "s3:DeleteObjectVersion", Resource: object}}
	case c.request.Method == http.MethodDelete && !strange(query):
		return []Access{{Action: "s3:DeleteObject", Resource: object}}
	}
	return unknown("s3", c.request.Method+" object?"+query.Encode())
}

func objectARN(bucket, key string) string { return bucketARN(bucket) + "/" + key }

func bucketARN(bucket string) string { return "arn:aws:s3:::" + bucket }

// strange says that a call about an object is about something else than its content.
func strange(query url.Values) bool {
	for name := range query {
		if name != "x-id" && name != "versionId" && name != "partNumber" && name != "uploadId" {
			return true
		}
	}
	return false
}

func readAccess(bucket, object string, query url.Values, status int) []Access {
	if strange(query) {
		return unknown("s3", "GET object?"+query.Encode())
	}
	read := Access{Action: "s3:GetObject", Resource: object}
	if query.Has("versionId") {
		read.Action = "s3:GetObjectVersion"
	}
	if status != http.StatusNotFound {
		return []Access{read}
	}
	// Who may not list the bucket is answered 403 instead.
	return []Access{read, {Action: "s3:ListBucket", Resource: bucketARN(bucket)}}
}

// uploadKey is on an access to an object that is put in parts. No condition can ask for it, but KMS is asked for more then.
const uploadKey = "(upload)"

// writeAccess is that of an object, or of any step of a multipart upload but its end without one.
func (c call) writeAccess(object string) []Access {
	needed := []Access{{Action: "s3:PutObject", Resource: object}}
	if query := c.request.URL.Query(); query.Has("uploads") || query.Has("uploadId") {
		needed[0].Key, needed[0].Value = uploadKey, "parts"
	}
	header := c.request.Header
	if header.Get("X-Amz-Tagging") != "" {
		needed = append(needed, Access{Action: "s3:PutObjectTagging", Resource: object})
	}
	if header.Get("X-Amz-Acl") != "" {
		needed = append(needed, Access{Action: "s3:PutObjectAcl", Resource: object})
	}
	if source, err := url.PathUnescape(header.Get("X-Amz-Copy-Source")); source != "" && err == nil {
		source, version, versioned := strings.Cut(strings.TrimPrefix(source, "/"), "?versionId=")
		read := Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::" + source}
		if versioned && version != "" {
			read.Action = "s3:GetObjectVersion"
		}
		needed = append(needed, read)
	}
	return needed
}

func (c call) bucketAccess(bucket string, query url.Values) []Access {
	var action string
	switch {
	case c.request.Method == http.MethodHead, c.request.Method == http.MethodGet && (query.Get("list-type") == "2" || len(query) == 0):
		action = "s3:ListBucket"
	case c.request.Method == http.MethodGet && query.Has("versions"):
		action = "s3:ListBucketVersions"
	case c.request.Method == http.MethodGet && query.Has("uploads"):
		action = "s3:ListBucketMultipartUploads"
	default:
		return unknown("s3", c.request.Method+" bucket?"+query.Encode())
	}
	return []Access{{Action: action, Resource: bucketARN(bucket)}}
}
