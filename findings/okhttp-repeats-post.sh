#!/usr/bin/env bash
# One would guess that OkHttp sends a POST once, and again at most after the connection broke. It sends it a second time by itself, body
# and all, when the first answer is 408, or 503 with "Retry-After: 0": the caller sees only the second answer.
# retryOnConnectionFailure(false) ends the former and not the latter. 429 and a longer Retry-After are left to the caller.
# Seen with OkHttp 5.5.1 on Java 17.
#
# A client's login exchanges a refresh token that may be good for one use. If a gateway answers 503 to a POST that the API has carried out,
# the token goes out a second time, and the API sees a replay. A retry policy of one's own doesn't see the first attempt, either.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat > "$work/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.squareup.okhttp3</groupId>
      <artifactId>okhttp-jvm</artifactId>
      <version>5.5.1</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib"

cat > "$work/Posts.java" <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

public class Posts {
    /** Posts once to a server whose first answer is this one and whose others are 200, and counts what arrives. */
    static void check(boolean retries, int status, String retryAfter, int expected) throws IOException {
        List<String> arrived = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            arrived.add(new String(exchange.getRequestBody().readAllBytes()));
            boolean first = arrived.size() == 1;
            if (first && retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(first ? status : 200, -1);
            exchange.close();
        });
        server.start();
        OkHttpClient client = new OkHttpClient.Builder().retryOnConnectionFailure(retries).build();
        Request post = new Request.Builder()
                .url("http://127.0.0.1:" + server.getAddress().getPort() + "/token")
                .post(RequestBody.create("refresh", null))
                .build();
        try (Response response = client.newCall(post).execute()) {
            System.out.printf(
                    "OkHttp 5.5.1, retryOnConnectionFailure(%s): first answer %d, Retry-After %s: arrived %s, the caller sees %d%n",
                    retries, status, retryAfter, arrived, response.code());
        } finally {
            server.stop(0);
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
        if (arrived.size() != expected) {
            throw new AssertionError("changed: the server got " + arrived.size() + " requests, expected " + expected);
        }
    }

    public static void main(String[] arguments) throws IOException {
        check(true, 408, null, 2);
        check(true, 503, "0", 2);
        check(false, 408, null, 1);
        check(false, 503, "0", 2);
        check(false, 503, "1", 1);
        check(false, 503, null, 1);
        check(false, 429, "0", 1);
    }
}
JAVA
java -cp "$work/lib/*" "$work/Posts.java"
