/* SPDX-License-Identifier: GPL-3.0-or-later
 * An HTTP server with limits, over libmicrohttpd, which it hides: each connection has a thread of its own,
 * no request outlives its time, and what is not understood never reaches a handler. Knows no route. */
#ifndef SONGFA_WEB_HTTP_H
#define SONGFA_WEB_HTTP_H

#include <glib.h>

typedef struct Http Http;
typedef struct HttpRequest HttpRequest;
typedef struct HttpReply HttpReply;

/* What becomes of a request; all are called in the thread of its connection. A reply given early ends the
 * request: what is still to come of its body is not taken. */
typedef struct {
    HttpReply *(*begin)(HttpRequest *request, gpointer data); /* headers are there; NULL = go on */
    HttpReply *(*take)(HttpRequest *request, const char *bytes, gsize length, gpointer data); /* likewise */
    HttpReply *(*end)(HttpRequest *request, gpointer data); /* all is there; never NULL */
    void (*done)(HttpRequest *request, gboolean whole, gpointer data); /* the reply was sent, or broke off */
} HttpHandler;

typedef struct {
    const char *host;              /* an IP address */
    guint16 port;                  /* 0 = any that is free */
    const char *certificate, *key; /* PEM files, NULL = plain */
    guint connections;             /* at a time */
    guint idle;                    /* seconds in which nothing comes or goes */
    guint head;                    /* seconds until the headers must be there */
    guint rate;                    /* bytes a second that a body must have, beyond head */
    gint64 largest;                /* bytes that a body may have which does not say how many */
} HttpSettings;

/* Listens. handler is lent; the sweep of slow connections runs in the default main context. NULL and error
 * (IO, CONFIG): the address cannot be had, the certificate is none. */
Http *http_start(const HttpSettings *settings, const HttpHandler *handler, gpointer data, GError **error);

/* Ends all connections and waits for their threads: a handler at work is waited for. */
void http_stop(Http **http);

guint16 http_port(const Http *http);

/* ---- the request; texts are lent for its life. Escapes are decoded, but for %00, which stays as it is. */

const char *http_request_method(const HttpRequest *request);
const char *http_request_path(const HttpRequest *request);
const char *http_request_header(const HttpRequest *request, const char *name);  /* NULL = not there */
const char *http_request_argument(const HttpRequest *request, const char *name); /* of the query; likewise */
gint64 http_request_length(const HttpRequest *request); /* as announced, -1 = not */

/* Who asks: the peer, or when that is this machine itself (a reverse proxy), whom it names last in
 * X-Forwarded-For. An IP address. */
const char *http_request_address(const HttpRequest *request);

/* What the handlers keep with it. */
void http_request_keep(HttpRequest *request, gpointer data, GDestroyNotify destroy);
gpointer http_request_kept(const HttpRequest *request);

/* The handler needs so many seconds more. */
void http_request_extend(HttpRequest *request, guint seconds);

/* ---- the reply */

HttpReply *http_reply_text(int status, const char *type, const char *text);
/* Takes over fd, also when it fails; length bytes of it are sent. */
HttpReply *http_reply_file(int status, const char *type, int fd, guint64 length);
int http_reply_status(const HttpReply *reply);
/* A value with line ends is left out. */
void http_reply_add(HttpReply *reply, const char *header, const char *value);

/* ---- forms (http-form.c) */

typedef struct HttpForm HttpForm;

/* A piece of a field; offset counts within the field. FALSE ends the reading. */
typedef gboolean (*HttpFormPart)(const char *field, const char *file_name, const char *bytes, gsize length,
                                 guint64 offset, gpointer data);

/* NULL when the body is no multipart/form-data. */
HttpForm *http_form_new(HttpRequest *request, HttpFormPart part, gpointer data);
gboolean http_form_take(HttpForm *form, const char *bytes, gsize length);
/* Frees it; FALSE when the form was not whole. */
gboolean http_form_end(HttpForm **form);

#endif
