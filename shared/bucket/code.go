package bucket

import (
	"errors"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/rumline/rumline/shared/failure"
)

// of says whether S3 would take the same object another time. It refuses for good when it answers with a status
// that blames the request: no such bucket, access denied, a key that may not be used for encryption. Whatever is not
// such an answer (throttling, 5xx, a timeout, a connection that breaks) may pass.
func (c Codes) of(err error) failure.Code {
	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || retryable.IsErrorRetryable(err) == aws.TrueTernary || passes(err) {
		return c.Unavailable
	}
	status := answer.HTTPStatusCode()
	if status < http.StatusMultipleChoices || status >= http.StatusInternalServerError {
		return c.Unavailable
	}
	if slices.Contains(passingStatuses, status) {
		return c.Unavailable
	}
	return c.Refused
}

var (
	retryable = retry.IsErrorRetryables(retry.DefaultRetryables)

	// Statuses that blame the request and pass all the same: timeout, conflict with another write, throttling.
	passingStatuses = []int{http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests}

	// The same by S3's error code: the function's credentials are renewed, and clocks are set, behind our back.
	passingCodes = []string{"ExpiredToken", "RequestTimeTooSkewed", "KMS.ThrottlingException", "KMS.KMSInternalException"}
)

func passes(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(passingCodes, api.ErrorCode())
}
