// Report one signal over HTTP with the JDK alone (17 or newer):
//   java PublishSignal.java http://127.0.0.1:8000 TOKEN CREDIT_CODE [ID]
// Prints what became of it. Sent again with the same id it is recorded once.

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

public class PublishSignal {
    static final int TRIES = 5;

    public static void main(String[] given) throws Exception {
        String base = given[0], token = given[1], code = given[2];
        String id = given.length > 3 ? given[3] : UUID.randomUUID().toString();
        LocalDate today = LocalDate.now(ZoneOffset.ofHours(8));

        // keep the id: it is what makes sending again safe; external_id is your own number of the case
        String event = """
            {
              "specversion": "1.0",
              "id": "%s",
              "source": "urn:concord:source:petitions:430000",
              "type": "concord.signal.reported.v1",
              "subject": "%s",
              "data": {
                "external_id": "XF-%s",
                "category": "wage_arrears",
                "severity": 2,
                "occurred_on": "%s",
                "reported_on": "%s",
                "people": 12,
                "amount_fen": 36000000
              }
            }""".formatted(id, code, id.substring(0, 8), today, today);

        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/api/v1/signals"))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/cloudevents+json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
        HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            int status = answer.statusCode();
            // 429 and 503 say when to come again; everything else is an answer
            if ((status == 429 || status == 503) && attempt < TRIES) {
                Thread.sleep(1000 * answer.headers().firstValueAsLong("Retry-After").orElse(attempt));
                continue;
            }
            System.out.println(status + " " + answer.body());
            System.exit(status < 300 ? 0 : 1);
        }
    }
}
