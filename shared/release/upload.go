package release

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// Bucket is what an upload asks of S3.
type Bucket interface {
	PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

var _ Bucket = (*s3.Client)(nil)

// Upload puts the zips of a folder into the bucket of artifacts, each under the key that terraform/modules/function asks for:
// functions/<function>/<SHA-256 of the zip>.zip. What is there already has the same bytes, and stays.
func Upload(ctx context.Context, client Bucket, bucket, dir string, out io.Writer) error {
	zips, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil {
		return fmt.Errorf("find the zips in %s: %w", dir, err)
	}
	if len(zips) == 0 {
		return fmt.Errorf("there is no zip in %s: run `go tool task build`", dir)
	}
	for _, path := range zips {
		zip, err := os.ReadFile(path) //nolint:gosec // what was just listed
		if err != nil {
			return fmt.Errorf("read a zip: %w", err)
		}
		hash := sha256.Sum256(zip)
		key := "functions/" + strings.TrimSuffix(filepath.Base(path), ".zip") + "/" + hex.EncodeToString(hash[:]) + ".zip"
		_, err = client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &bucket, Key: &key, Body: bytes.NewReader(zip), ContentType: aws.String("application/zip"), IfNoneMatch: aws.String("*"),
		})
		if refused, ok := errors.AsType[smithy.APIError](err); ok && refused.ErrorCode() == "PreconditionFailed" {
			fmt.Fprintf(out, "%s is there\n", key)
			continue
		}
		if err != nil {
			return fmt.Errorf("put %s into %s: %w", key, bucket, err)
		}
		fmt.Fprintf(out, "%s is new\n", key)
	}
	return nil
}
